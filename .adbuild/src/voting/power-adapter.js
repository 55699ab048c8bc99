export const ALL_PORTIONS = ['free', 'reserved'];
//# sourceMappingURL=power-adapter.js.map