/** Where `pararescue serve` listens unless its configuration says otherwise. */
export const DEFAULT_SERVICE_URL = 'http://127.0.0.1:9955';
//# sourceMappingURL=io.js.map