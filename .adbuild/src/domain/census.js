export {};
//# sourceMappingURL=census.js.map