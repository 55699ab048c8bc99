import { RescueError } from '../../src/domain/errors.js';
/** A runtime call trapped. `panic` is the runtime's own message, where it gave one. */
export class RuntimePanic extends RescueError {
    call;
    panic;
    constructor(call, panic, cause) {
        super('RESCUE_DEVNET_FAILED', `Runtime call ${call} panicked: ${panic}`, {
            cause,
            details: { call, panic },
        });
        this.call = call;
        this.panic = panic;
    }
}
//# sourceMappingURL=panic.js.map