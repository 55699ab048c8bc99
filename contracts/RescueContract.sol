// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev The XCM precompile of pallet-revive chains (polkadot-sdk, crate pallet-xcm-precompiles, `IXcm.sol`).
interface IXcm {
    /// @param destination SCALE, VersionedLocation of version 5 or later.
    /// @param message SCALE, VersionedXcm of version 5 or later.
    function send(bytes calldata destination, bytes calldata message) external;
}

/// @title The rescue power of one parachain
/// @notice Watchers report what a stopped para's token holders decided. When enough of them report the same decision,
/// and its delay has passed without enough guardians forbidding it, a watcher sends the one message to the relay chain
/// that the decision committed to by its hash. The message approves a call by the call's hash
/// (`multisig.approve_as_multi`): neither the runtime nor any key is in here.
/// @dev One instance serves one para. The account that speaks on the relay chain is derived from the instance's
/// address, so a shared instance would let the watchers of one para speak for another.
/// There is no owner, no upgrade and no delegate call. Every loop is bounded by MAX_WATCHERS, MAX_GUARDIANS or eight
/// bytes. Every function that writes takes the reentrancy lock, and all effects come before any call to the outside.
/// Nobody but controllers, watchers and guardians can write anything.
///
/// What keeps old decisions from coming back rests on identity, never on an order of numbers that could be driven to
/// its end: a voting round has an id that never comes again, so whatever is closed for one round is open for the next.
///  - Ids of decisions contain the epoch: what was attested in one counts in no other.
///  - A watcher that left a round, or turned to another one, does not come back to it in the same epoch.
///  - A round is over for the epoch once a decision of another round reached the threshold, or guardians forbade it.
///  - Attempts of a round are counted by messages that were sent, over all epochs; a decision names the next one.
contract RescueContract {
    /// @notice What a vote decided; everything in it is part of its id.
    struct Decision {
        /// Id of the para on its relay chain.
        uint32 para;
        /// Number of the anchor: the para's last included block, against whose state the votes were counted.
        uint64 anchorNumber;
        /// How many messages were sent for the same round before: one that failed on the relay chain is decided anew.
        uint32 attempt;
        /// Position of the eight timepoint bytes in the cancelling message.
        uint16 cancelOffset;
        /// Id of the voting round, which never comes again (pararescue, `src/domain/round/round-id.ts`).
        bytes32 roundId;
        /// Hash of the anchor's header.
        bytes32 anchorHead;
        /// Hash of the policy that the para opted in to, blake2-256 of its canonical JSON.
        bytes32 policyHash;
        /// Hash of the approved validation code, blake2-256.
        bytes32 codeHash;
        /// Hash of the evidence bundle from which anyone recounts the votes.
        bytes32 evidenceHash;
        /// Voting power in the para's planck.
        uint128 ayes;
        uint128 nays;
        uint128 abstains;
        uint128 electorate;
        /// keccak-256 of the message for the relay chain (SCALE, VersionedXcm).
        bytes32 messageHash;
        /// keccak-256 of the message that takes the approval back, its eight timepoint bytes being zero. Committed to
        /// here so that nobody can ever make this contract send anything that was not open to a veto.
        bytes32 cancelHash;
    }

    /// @dev Of one decision id; ids contain the epoch, so it belongs to one set of watchers.
    struct Record {
        Decision decision;
        /// Seconds since 1970 at which the threshold was reached; zero below it.
        uint64 decidedAt;
        /// Seconds since 1970 until which the first veto holds it up; zero without one.
        uint64 heldUntil;
        /// Zero when nobody attested this id.
        uint32 epoch;
        uint8 support;
        uint8 vetoes;
        bool sent;
        /// Enough guardians vetoed it.
        bool forbidden;
        /// The message that takes the approval back was sent too, at least once.
        bool cancelled;
    }

    /// @dev A voting round within one epoch.
    struct Course {
        /// Messages sent for it in this epoch.
        uint32 sent;
        /// A decision of another round was reached, or this one's was forbidden.
        bool over;
        /// Watchers that take no part in it any more.
        mapping(address => bool) left;
    }

    /// @dev Attestations of one epoch that a sent message is to be taken back.
    struct Cancellation {
        uint8 support;
        mapping(address => bool) attested;
    }

    /// @notice Everything of the contract that is no list and no mapping.
    struct State {
        uint32 para;
        address manager;
        address paraAccount;
        bool optedIn;
        bytes32 policyHash;
        uint32 epoch;
        uint32 threshold;
        uint64 vetoSeconds;
        bytes32 decidedId;
        bytes32 lastSentId;
    }

    /// @notice Counts changes of functions, events and rules; 1 had no such function.
    uint32 public constant version = 2;
    uint256 public constant MAX_WATCHERS = 16;
    uint256 public constant MAX_GUARDIANS = 8;
    uint64 public constant MAX_VETO_SECONDS = 30 days;
    uint256 public constant MAX_MESSAGE_BYTES = 4096;
    /// @notice How often one watcher may send the message that takes one decision's approval back: each costs a delivery.
    uint8 public constant MAX_CANCELS = 4;
    /// @dev SCALE of VersionedLocation::V5(Location { parents: 1, interior: Here }): the relay chain.
    bytes internal constant RELAY = hex"050100";
    address internal constant XCM = address(0xA0000);

    /// @notice The para that this contract serves.
    uint32 public immutable para;
    /// @notice Address of the manager account registered with the para; zero when there is none.
    address public immutable manager;
    /// @notice Address of the para's sovereign account on this chain: the caller of its own XCM `Transact`.
    address public immutable paraAccount;

    /// @dev 1 while a function that writes runs.
    uint8 private _lock;
    bool public optedIn;
    /// @notice Counts the sets of rules; whatever is not sent is void in the next one.
    uint32 public epoch;
    /// @notice How many watchers must agree.
    uint32 public threshold;
    /// @notice Seconds between decision and execution.
    uint64 public vetoSeconds;
    bytes32 public policyHash;
    /// @notice The decision that reached the threshold last in this epoch; see `roundOf` whether it still has it.
    bytes32 public decidedId;
    /// @notice The decision whose message was sent last, of whatever epoch.
    bytes32 public lastSentId;
    address[] private _watchers;
    address[] private _guardians;
    /// @dev By epoch: whoever watched when something was sent may take it back after an opt-out.
    mapping(uint32 => mapping(address => bool)) private _wasWatcher;
    /// @dev By epoch: the decision that each watcher supports.
    mapping(uint32 => mapping(address => bytes32)) private _backs;
    mapping(bytes32 => Record) private _records;
    mapping(bytes32 => mapping(address => bool)) private _vetoedBy;
    /// @dev By epoch and id of the voting round.
    mapping(uint32 => mapping(bytes32 => Course)) private _courses;
    /// @dev By id of the voting round: messages sent for it in all epochs.
    mapping(bytes32 => uint32) private _attempts;
    mapping(bytes32 => Cancellation) private _cancellations;
    /// @dev By id of the decision: how often a watcher sent its cancelling message.
    mapping(bytes32 => mapping(address => uint8)) private _cancels;

    event OptedIn(
        bytes32 indexed policyHash,
        uint32 indexed epoch,
        address indexed by,
        uint32 threshold,
        uint64 vetoSeconds,
        address[] watchers,
        address[] guardians
    );
    event Rotated(
        uint32 indexed epoch,
        address indexed by,
        uint32 threshold,
        address[] watchers,
        address[] guardians
    );
    event OptedOut(uint32 indexed epoch, address indexed by);
    event Attested(bytes32 indexed id, address indexed watcher, uint256 support, Decision decision);
    event SupportWithdrawn(bytes32 indexed id, address indexed watcher, uint256 support);
    event RoundLeft(bytes32 indexed roundId, address indexed watcher);
    event RoundOver(bytes32 indexed roundId);
    event Decided(bytes32 indexed id, uint256 executableAt);
    event Undecided(bytes32 indexed id);
    event Vetoed(bytes32 indexed id, address indexed guardian, uint256 vetoes, uint256 executableAt);
    event Forbidden(bytes32 indexed id);
    event Executed(bytes32 indexed id, bytes32 messageHash, address indexed by);
    event CancelAttested(bytes32 indexed id, address indexed watcher, bytes8 timepoint, uint256 support);
    event Cancelled(bytes32 indexed id, bytes8 timepoint, bytes32 messageHash, address indexed by);
    event Directed(address indexed target, uint256 value, bytes data);
    event Funded(address indexed from, uint256 value);

    error Reentered();
    error NotController(address caller);
    error NotPara(address caller);
    error NotWatcher(address caller);
    error NotGuardian(address caller);
    error NotOptedIn();
    error EmptyPolicyHash();
    error WrongNumberOfWatchers(uint256 given);
    error WrongNumberOfGuardians(uint256 given);
    /// Accounts must ascend strictly, so that none is zero or there twice.
    error NotAscending(address account);
    /// Two decisions could both have that many watchers, or none could.
    error WrongThreshold(uint32 given);
    error VetoTooLong(uint64 given);
    error WrongPara(uint32 given);
    error WrongPolicy(bytes32 given);
    error EmptyHash();
    /// In this epoch another round was decided after it, or guardians forbade its decision.
    error RoundIsOver(bytes32 roundId);
    error HasLeftRound(bytes32 roundId);
    error WrongAttempt(uint32 expected);
    error AlreadyAttested();
    /// Nothing else of its round is taken while it has enough support and waits to be sent.
    error AlreadyDecided(bytes32 id);
    error NotSupported(bytes32 id);
    error AlreadyVetoed(bytes32 id);
    error IsForbidden(bytes32 id);
    /// Only who answers for the rescue may spend the contract's funds on messages.
    error MayNotSend(address caller);
    error AlreadySent(bytes32 id);
    error NotDecided(bytes32 id);
    error TooEarly(uint256 executableAt);
    error MessageTooLong(uint256 given);
    error WrongMessage(bytes32 given);
    error NotSent(bytes32 id);
    error TooManyCancels(bytes32 id);
    error WrongTimepoint(bytes8 given);
    /// The chain has no XCM precompile where this contract expects it.
    error NoXcm();
    /// The XCM precompile refused the message; `reason` is what it returned, mostly `Error(string)`.
    error MessageRefused(bytes reason);
    error DirectedCallFailed();

    /// @dev One lock for all: a called contract can read, but not make this one act.
    modifier locked() {
        if (_lock != 0) revert Reentered();
        _lock = 1;
        _;
        _lock = 0;
    }

    modifier onlyController() {
        if (!_isController(msg.sender)) revert NotController(msg.sender);
        _;
    }

    modifier onlyWatcher() {
        if (!isWatcher(msg.sender)) revert NotWatcher(msg.sender);
        _;
    }

    /// @param para_ Id of the para on its relay chain.
    /// @param manager_ Address of the para's registered manager account; zero for none.
    constructor(uint32 para_, address manager_) {
        _requireXcm();
        para = para_;
        manager = manager_;
        // AccountId32 of a sibling para: "sibl", its id in little endian, 24 zero bytes (polkadot-parachain-primitives,
        // `Sibling`). Address of an AccountId32: the last 20 bytes of its keccak-256 (pallet-revive, AccountId32Mapper).
        uint32 swapped = (para_ >> 24) | ((para_ >> 8) & 0xff00) | ((para_ << 8) & 0xff0000) | (para_ << 24);
        paraAccount = address(uint160(uint256(keccak256(abi.encodePacked("sibl", swapped, bytes24(0))))));
    }

    /// @notice Delivery fees for messages are taken from this contract's account.
    receive() external payable {
        emit Funded(msg.sender, msg.value);
    }

    // ------------------------------------------------------------------------------------------------- rules

    /// @notice The para puts its rescue into the hands of these watchers; replaces what was opted in to before.
    /// @param policyHash_ The policy that the watchers follow.
    /// @param watchers_ 1 to MAX_WATCHERS accounts, ascending.
    /// @param threshold_ How many must agree: more than half of them.
    /// @param guardians_ Up to MAX_GUARDIANS accounts that may veto, ascending.
    /// @param vetoSeconds_ Delay of every execution, at most MAX_VETO_SECONDS; the first veto makes it once longer.
    function optIn(
        bytes32 policyHash_,
        address[] calldata watchers_,
        uint32 threshold_,
        address[] calldata guardians_,
        uint64 vetoSeconds_
    ) external locked onlyController {
        if (policyHash_ == 0) revert EmptyPolicyHash();
        if (vetoSeconds_ > MAX_VETO_SECONDS) revert VetoTooLong(vetoSeconds_);
        _startEpoch();
        _setPeople(watchers_, threshold_, guardians_);
        optedIn = true;
        policyHash = policyHash_;
        vetoSeconds = vetoSeconds_;
        emit OptedIn(policyHash_, epoch, msg.sender, threshold_, vetoSeconds_, watchers_, guardians_);
    }

    /// @notice Replaces watchers and guardians; what was attested and not sent is void. Policy and delay stay.
    function rotate(
        address[] calldata watchers_,
        uint32 threshold_,
        address[] calldata guardians_
    ) external locked onlyController {
        if (!optedIn) revert NotOptedIn();
        _startEpoch();
        _setPeople(watchers_, threshold_, guardians_);
        emit Rotated(epoch, msg.sender, threshold_, watchers_, guardians_);
    }

    /// @notice The para is not to be rescued; whatever was not sent is void, and what was sent can be taken back by any
    /// one of those who watched, see `cancel`.
    function optOut() external locked onlyController {
        if (!optedIn) revert NotOptedIn();
        _startEpoch();
        optedIn = false;
        policyHash = 0;
        threshold = 0;
        vetoSeconds = 0;
        delete _watchers;
        delete _guardians;
        emit OptedOut(epoch, msg.sender);
    }

    // --------------------------------------------------------------------------------------------- decisions

    /// @notice A watcher reports a decision. It supports one at a time: this withdraws its support of another one, and
    /// leaves that one's round for good if it is another round.
    /// @return id The decision's id.
    function attest(Decision calldata decision) external locked onlyWatcher returns (bytes32 id) {
        if (decision.para != para) revert WrongPara(decision.para);
        if (decision.policyHash != policyHash) revert WrongPolicy(decision.policyHash);
        if (decision.codeHash == 0 || decision.messageHash == 0 || decision.evidenceHash == 0) revert EmptyHash();
        if (decision.roundId == 0 || decision.cancelHash == 0) revert EmptyHash();
        Course storage course = _courses[epoch][decision.roundId];
        if (course.over) revert RoundIsOver(decision.roundId);
        if (course.left[msg.sender]) revert HasLeftRound(decision.roundId);
        uint32 attempt = _attempts[decision.roundId];
        if (decision.attempt != attempt) revert WrongAttempt(attempt);
        id = decisionId(decision);
        bytes32 before = _backs[epoch][msg.sender];
        if (before == id) revert AlreadyAttested();
        if (id != decidedId && _stands(decidedId, decision.roundId)) revert AlreadyDecided(decidedId);

        if (before != 0) {
            _withdrawSupport(before, msg.sender);
            bytes32 roundBefore = _records[before].decision.roundId;
            if (roundBefore != decision.roundId) _leave(roundBefore, msg.sender);
        }
        Record storage record = _records[id];
        if (record.epoch == 0) {
            record.epoch = epoch;
            record.decision = decision;
        }
        _backs[epoch][msg.sender] = id;
        uint8 support = record.support + 1;
        record.support = support;
        emit Attested(id, msg.sender, support, decision);
        if (support >= threshold && record.decidedAt == 0) {
            record.decidedAt = uint64(block.timestamp);
            _endOtherRound(decision.roundId);
            decidedId = id;
            emit Decided(id, _executableFrom(record));
        }
    }

    /// @notice A watcher reports that the round of the decision which it supports is over, because the para's head is
    /// another: it supports nothing any more, and takes no part in that round again in this epoch.
    function withdraw(bytes32 id) external locked onlyWatcher {
        if (id == 0 || _backs[epoch][msg.sender] != id) revert NotSupported(id);
        _backs[epoch][msg.sender] = 0;
        _withdrawSupport(id, msg.sender);
        _leave(_records[id].decision.roundId, msg.sender);
    }

    /// @notice A guardian objects to the decision that was reached. The first veto holds it up for the delay once more,
    /// from now on. More than half of the guardians, and at least two, forbid it: its round is over for this epoch.
    function veto(bytes32 id) external locked {
        if (!_isGuardian(msg.sender)) revert NotGuardian(msg.sender);
        Record storage record = _records[id];
        if (record.sent) revert AlreadySent(id);
        if (id != decidedId || record.epoch != epoch || record.decidedAt == 0) revert NotDecided(id);
        if (record.forbidden) revert IsForbidden(id);
        if (_vetoedBy[id][msg.sender]) revert AlreadyVetoed(id);
        _vetoedBy[id][msg.sender] = true;
        uint8 vetoes = record.vetoes + 1;
        record.vetoes = vetoes;
        if (vetoes == 1) record.heldUntil = uint64(block.timestamp) + vetoSeconds;
        emit Vetoed(id, msg.sender, vetoes, _executableFrom(record));
        if (vetoes > 1 && uint256(vetoes) * 2 > _guardians.length) {
            record.forbidden = true;
            emit Forbidden(id);
            _end(record.decision.roundId);
        }
    }

    /// @notice Sends the message of the decided decision to the relay chain, once. For watchers, the para and its manager:
    /// a message that is sent while it cannot succeed there is lost with what its delivery cost.
    /// @dev Reverts, and may be tried again, when this chain does not take the message, for instance while this
    /// contract cannot pay for its delivery. What becomes of it on the relay chain is not known here.
    /// @param message The bytes whose keccak-256 the decision names.
    function execute(bytes32 id, bytes calldata message) external locked {
        if (!isWatcher(msg.sender) && !_isController(msg.sender)) revert MayNotSend(msg.sender);
        Record storage record = _records[id];
        if (record.sent) revert AlreadySent(id);
        if (id != decidedId || record.epoch != epoch || record.decidedAt == 0) revert NotDecided(id);
        if (record.forbidden) revert IsForbidden(id);
        bytes32 roundId = record.decision.roundId;
        uint32 attempt = _attempts[roundId];
        if (record.decision.attempt != attempt) revert WrongAttempt(attempt);
        uint256 from = _executableFrom(record);
        if (block.timestamp < from) revert TooEarly(from);
        if (message.length > MAX_MESSAGE_BYTES) revert MessageTooLong(message.length);
        bytes32 hash = keccak256(message);
        if (hash != record.decision.messageHash) revert WrongMessage(hash);

        record.sent = true;
        lastSentId = id;
        _attempts[roundId] = attempt + 1;
        _courses[epoch][roundId].sent += 1;
        emit Executed(id, hash, msg.sender);
        _send(message);
    }

    // ------------------------------------------------------------------------------------------ cancellations

    /// @notice A watcher reports that a sent approval, of whatever epoch, must be taken back, because the para lives again.
    /// @param timepoint Of the approval on the relay chain, as the call encodes it: height and index, each four bytes in
    /// little endian. Nobody could know it before, so it is the only part of the message that was not committed to.
    function attestCancel(bytes32 id, bytes8 timepoint) external locked onlyWatcher {
        if (!_records[id].sent) revert NotSent(id);
        Cancellation storage cancellation = _cancellations[_cancellationId(id, timepoint)];
        if (cancellation.attested[msg.sender]) revert AlreadyAttested();
        cancellation.attested[msg.sender] = true;
        cancellation.support += 1;
        emit CancelAttested(id, msg.sender, timepoint, cancellation.support);
    }

    /// @notice Sends the cancelling message that a sent decision, of whatever epoch, committed to. It may be sent again:
    /// it can be lost on the relay chain like any other, and does nothing there once the approval is gone.
    /// While the para is opted in, a watcher sends it, once enough watchers attested the timepoint. After an opt-out any
    /// one of those who watched when the decision was sent, or last, may send it alone: nothing sent shall stand any
    /// more. The para and its manager may always.
    /// @param message The committed bytes with the timepoint in its place.
    function cancel(bytes32 id, bytes8 timepoint, bytes calldata message) external locked {
        Record storage record = _records[id];
        if (!record.sent) revert NotSent(id);
        if (!mayCancel(id, msg.sender)) revert MayNotSend(msg.sender);
        if (!_isController(msg.sender)) {
            if (optedIn && _cancellations[_cancellationId(id, timepoint)].support < threshold) revert NotDecided(id);
            uint8 count = _cancels[id][msg.sender];
            if (count >= MAX_CANCELS) revert TooManyCancels(id);
            _cancels[id][msg.sender] = count + 1;
        }
        if (message.length > MAX_MESSAGE_BYTES) revert MessageTooLong(message.length);
        _requireCommitted(message, timepoint, record.decision.cancelOffset, record.decision.cancelHash);

        record.cancelled = true;
        emit Cancelled(id, timepoint, keccak256(message), msg.sender);
        _send(message);
    }

    // ---------------------------------------------------------------------------------------- the living para

    /// @notice The living para, and nobody else, makes its contract call `target`: to send another message through the
    /// precompile, or to take its funds back. Returns what the target returned; its revert is passed on.
    function direct(address target, uint256 value, bytes calldata data) external locked returns (bytes memory) {
        if (msg.sender != paraAccount) revert NotPara(msg.sender);
        emit Directed(target, value, data);
        (bool ok, bytes memory result) = target.call{value: value}(data);
        if (ok) return result;
        if (result.length == 0) revert DirectedCallFailed();
        assembly ("memory-safe") {
            revert(add(result, 32), mload(result))
        }
    }

    // --------------------------------------------------------------------------------------------------- views

    function state() external view returns (State memory) {
        return
            State({
                para: para,
                manager: manager,
                paraAccount: paraAccount,
                optedIn: optedIn,
                policyHash: policyHash,
                epoch: epoch,
                threshold: threshold,
                vetoSeconds: vetoSeconds,
                decidedId: decidedId,
                lastSentId: lastSentId
            });
    }

    function watchers() external view returns (address[] memory) {
        return _watchers;
    }

    function guardians() external view returns (address[] memory) {
        return _guardians;
    }

    /// @notice True for the watchers of the current epoch.
    function isWatcher(address account) public view returns (bool) {
        return optedIn && _wasWatcher[epoch][account];
    }

    /// @notice The id under which this decision is attested now: bound to chain, contract and epoch.
    function decisionId(Decision calldata decision) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), epoch, decision));
    }

    /// @notice All about a decision id; all zero when nobody attested it.
    function recordOf(bytes32 id) external view returns (Record memory) {
        return _records[id];
    }

    /// @notice A voting round: the attempt that its next decision must name, which is how many messages were sent for it
    /// in all epochs; how many of them in this epoch; and whether it is over in this epoch.
    function roundOf(bytes32 roundId) external view returns (uint32 attempt, uint32 sentInEpoch, bool over) {
        Course storage course = _courses[epoch][roundId];
        return (_attempts[roundId], course.sent, course.over);
    }

    /// @notice The id that a watcher supports in this epoch; zero for none.
    function backedBy(address watcher) external view returns (bytes32) {
        return isWatcher(watcher) ? _backs[epoch][watcher] : bytes32(0);
    }

    /// @notice Whether this watcher left the round, so that it takes no part in it any more in this epoch.
    function hasLeft(bytes32 roundId, address watcher) external view returns (bool) {
        return _courses[epoch][roundId].left[watcher];
    }

    /// @notice Seconds since 1970 from which `execute` takes this id; zero when it does not take it as things are.
    function executableAt(bytes32 id) external view returns (uint256) {
        Record storage record = _records[id];
        bool current = id == decidedId && record.epoch == epoch;
        if (!current || record.decidedAt == 0 || record.forbidden || record.sent) return 0;
        return _executableFrom(record);
    }

    /// @notice The watchers of this epoch that want this approval taken back.
    function cancellationOf(bytes32 id, bytes8 timepoint) external view returns (address[] memory supporters) {
        Cancellation storage cancellation = _cancellations[_cancellationId(id, timepoint)];
        supporters = new address[](cancellation.support);
        uint256 found = 0;
        for (uint256 i = 0; found < supporters.length; i++) {
            if (cancellation.attested[_watchers[i]]) supporters[found++] = _watchers[i];
        }
    }

    /// @notice Whether this account may send what takes the decision's approval back: a controller, a watcher of this
    /// epoch (which needs the others), or after an opt-out one who watched (which does not).
    function mayCancel(bytes32 id, address account) public view returns (bool) {
        if (_isController(account)) return true;
        if (optedIn) return isWatcher(account);
        if (epoch == 0) return false;
        return _wasWatcher[_records[id].epoch][account] || _wasWatcher[epoch - 1][account];
    }

    // ------------------------------------------------------------------------------------------------ internal

    function _isController(address account) private view returns (bool) {
        return account == paraAccount || (manager != address(0) && account == manager);
    }

    function _startEpoch() private {
        epoch += 1;
        decidedId = 0;
    }

    function _setPeople(
        address[] calldata watchers_,
        uint32 threshold_,
        address[] calldata guardians_
    ) private {
        uint256 count = watchers_.length;
        if (count == 0 || count > MAX_WATCHERS) revert WrongNumberOfWatchers(count);
        if (threshold_ > count || uint256(threshold_) * 2 <= count) revert WrongThreshold(threshold_);
        if (guardians_.length > MAX_GUARDIANS) revert WrongNumberOfGuardians(guardians_.length);
        _requireAscending(watchers_);
        _requireAscending(guardians_);
        for (uint256 i = 0; i < count; i++) _wasWatcher[epoch][watchers_[i]] = true;
        _watchers = watchers_;
        threshold = threshold_;
        _guardians = guardians_;
    }

    function _requireAscending(address[] calldata accounts) private pure {
        address previous = address(0);
        for (uint256 i = 0; i < accounts.length; i++) {
            if (accounts[i] <= previous) revert NotAscending(accounts[i]);
            previous = accounts[i];
        }
    }

    function _isGuardian(address account) private view returns (bool) {
        for (uint256 i = 0; i < _guardians.length; i++) if (_guardians[i] == account) return true;
        return false;
    }

    /// @dev Below the threshold a decision is no longer executable; regaining it starts the delay anew.
    function _withdrawSupport(bytes32 id, address watcher) private {
        Record storage record = _records[id];
        uint8 support = record.support - 1;
        record.support = support;
        emit SupportWithdrawn(id, watcher, support);
        if (record.decidedAt != 0 && support < threshold && !record.sent) {
            record.decidedAt = 0;
            emit Undecided(id);
        }
    }

    function _leave(bytes32 roundId, address watcher) private {
        _courses[epoch][roundId].left[watcher] = true;
        emit RoundLeft(roundId, watcher);
    }

    function _end(bytes32 roundId) private {
        _courses[epoch][roundId].over = true;
        emit RoundOver(roundId);
    }

    /// @dev The round of the decision reached before, when it is another one: its decisions never come back.
    function _endOtherRound(bytes32 roundId) private {
        if (decidedId == 0) return;
        bytes32 other = _records[decidedId].decision.roundId;
        if (other != roundId && !_courses[epoch][other].over) _end(other);
    }

    /// @dev Whether this decision is of the round, has enough support, and is not sent.
    function _stands(bytes32 id, bytes32 roundId) private view returns (bool) {
        Record storage record = _records[id];
        return record.decidedAt != 0 && !record.sent && record.decision.roundId == roundId;
    }

    /// @dev Of a decision that has enough support.
    function _executableFrom(Record storage record) private view returns (uint256) {
        uint256 from = uint256(record.decidedAt) + vetoSeconds;
        return from < record.heldUntil ? record.heldUntil : from;
    }

    function _cancellationId(bytes32 id, bytes8 timepoint) private view returns (bytes32) {
        return keccak256(abi.encode(epoch, id, timepoint));
    }

    /// @dev Holds that `message` is the committed one but for the timepoint, which it must name.
    function _requireCommitted(bytes calldata message, bytes8 timepoint, uint256 offset, bytes32 committed) private pure {
        bytes memory blank = message;
        if (offset + 8 > blank.length) revert WrongTimepoint(timepoint);
        for (uint256 i = 0; i < 8; i++) {
            if (blank[offset + i] != timepoint[i]) revert WrongTimepoint(timepoint);
            blank[offset + i] = 0;
        }
        bytes32 hash = keccak256(blank);
        if (hash != committed) revert WrongMessage(hash);
    }

    /// @dev A call to an address without code succeeds: a message would count as sent.
    function _requireXcm() private view {
        if (XCM.code.length == 0) revert NoXcm();
    }

    function _send(bytes calldata message) private {
        _requireXcm();
        (bool ok, bytes memory reason) = XCM.call(abi.encodeCall(IXcm.send, (RELAY, message)));
        if (!ok) revert MessageRefused(reason);
    }
}
