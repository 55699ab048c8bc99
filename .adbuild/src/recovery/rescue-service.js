export {};
//# sourceMappingURL=rescue-service.js.map