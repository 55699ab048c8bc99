export const ROUTE_NAMES = ['registrar'];
//# sourceMappingURL=route.js.map