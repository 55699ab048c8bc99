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
/// and guardians let its delay pass, anyone may send the one message to the relay chain that the decision committed to
/// by its hash. The message approves a call by the call's hash (`multisig.approve_as_multi`): neither the runtime nor
/// any key is in here.
/// @dev One instance serves one para. The account that speaks on the relay chain is derived from the instance's
/// address, so a shared instance would let the watchers of one para speak for another.
/// There is no owner, no upgrade and no delegate call. Every loop is bounded by MAX_WATCHERS, MAX_GUARDIANS or eight
/// bytes. Every function that writes takes the reentrancy lock, and all effects come before any call to the outside.
contract RescueContract {
    /// @notice What a vote decided; everything in it is part of its id.
    struct Decision {
        /// Id of the para on its relay chain.
        uint32 para;
        /// Number of the anchor: the para's last included block, against whose state the votes were counted.
        uint64 anchorNumber;
        /// Number of the voting round on this anchor.
        uint64 round;
        /// Counts messages for the same round: a message that failed on the relay chain is decided anew with the next.
        uint32 attempt;
        /// Position of the eight timepoint bytes in the cancelling message; without meaning while `cancelHash` is zero.
        uint16 cancelOffset;
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
        /// keccak-256 of the message that takes the approval back, its eight timepoint bytes being zero; zero when
        /// there is none. Committed to here so that watchers can never send anything that was not open to a veto.
        bytes32 cancelHash;
    }

    /// @dev Of one decision id; ids contain the epoch, so a round belongs to one set of watchers.
    struct Round {
        Decision decision;
        /// Seconds since 1970 at which the threshold was reached; zero below it.
        uint64 decidedAt;
        /// Zero when nobody attested this id.
        uint32 epoch;
        uint8 support;
        bool sent;
        bool vetoed;
        /// The message that takes the approval back was sent too.
        bool cancelled;
    }

    /// @dev What one watcher said last; void when `epoch` is not the current one.
    struct Report {
        uint64 head;
        uint32 epoch;
        bytes32 backs;
    }

    /// @dev Attestations that a sent message is to be taken back.
    struct Cancellation {
        uint8 support;
        bool sent;
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
        uint256 lastSentKey;
    }

    uint256 public constant MAX_WATCHERS = 16;
    uint256 public constant MAX_GUARDIANS = 8;
    uint64 public constant MAX_VETO_SECONDS = 30 days;
    uint256 public constant MAX_MESSAGE_BYTES = 4096;
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
    bytes32 public lastSentId;
    /// @notice Order of the last sent decision: 2^160 + anchorNumber * 2^96 + round * 2^32 + attempt; zero before it.
    uint256 public lastSentKey;
    address[] private _watchers;
    address[] private _guardians;
    mapping(address => uint32) private _watcherEpoch;
    mapping(address => Report) private _reports;
    mapping(bytes32 => Round) private _rounds;
    mapping(bytes32 => Cancellation) private _cancellations;

    event OptedIn(
        bytes32 indexed policyHash,
        uint32 indexed epoch,
        address indexed by,
        uint32 threshold,
        uint64 vetoSeconds,
        address[] watchers,
        address[] guardians
    );
    event WatchersRotated(uint32 indexed epoch, address indexed by, uint32 threshold, address[] watchers);
    event OptedOut(uint32 indexed epoch, address indexed by);
    event Attested(bytes32 indexed id, address indexed watcher, uint256 support, Decision decision);
    event SupportWithdrawn(bytes32 indexed id, address indexed watcher, uint256 support);
    event HeadReported(address indexed watcher, uint64 number);
    event Decided(bytes32 indexed id, uint256 executableAt);
    event Undecided(bytes32 indexed id);
    event Vetoed(bytes32 indexed id, address indexed guardian);
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
    error StaleHead(uint64 reported);
    error Superseded();
    error AlreadyAttested();
    error UnknownDecision(bytes32 id);
    error AlreadyVetoed(bytes32 id);
    error AlreadySent(bytes32 id);
    error NotDecided(bytes32 id);
    error TooEarly(uint256 executableAt);
    error MessageTooLong(uint256 given);
    error WrongMessage(bytes32 given);
    error NotSent(bytes32 id);
    error NothingToCancel(bytes32 id);
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
        if (msg.sender != paraAccount && (manager == address(0) || msg.sender != manager)) {
            revert NotController(msg.sender);
        }
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
    /// @param vetoSeconds_ Delay of every execution, at most MAX_VETO_SECONDS.
    function optIn(
        bytes32 policyHash_,
        address[] calldata watchers_,
        uint32 threshold_,
        address[] calldata guardians_,
        uint64 vetoSeconds_
    ) external locked onlyController {
        if (policyHash_ == 0) revert EmptyPolicyHash();
        if (guardians_.length > MAX_GUARDIANS) revert WrongNumberOfGuardians(guardians_.length);
        if (vetoSeconds_ > MAX_VETO_SECONDS) revert VetoTooLong(vetoSeconds_);
        _requireAscending(guardians_);
        _startEpoch();
        _setWatchers(watchers_, threshold_);
        optedIn = true;
        policyHash = policyHash_;
        vetoSeconds = vetoSeconds_;
        _guardians = guardians_;
        emit OptedIn(policyHash_, epoch, msg.sender, threshold_, vetoSeconds_, watchers_, guardians_);
    }

    /// @notice Replaces the watchers; what they attested and was not sent is void.
    function rotateWatchers(address[] calldata watchers_, uint32 threshold_) external locked onlyController {
        _requireOptedIn();
        _startEpoch();
        _setWatchers(watchers_, threshold_);
        emit WatchersRotated(epoch, msg.sender, threshold_, watchers_);
    }

    /// @notice The para is not to be rescued; whatever was not sent is void.
    function optOut() external locked onlyController {
        _requireOptedIn();
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

    /// @notice A watcher reports a decision. It supports one at a time: this withdraws its support of another one.
    /// @return id The decision's id.
    function attest(Decision calldata decision) external locked onlyWatcher returns (bytes32 id) {
        if (decision.para != para) revert WrongPara(decision.para);
        if (decision.policyHash != policyHash) revert WrongPolicy(decision.policyHash);
        if (decision.codeHash == 0 || decision.messageHash == 0 || decision.evidenceHash == 0) revert EmptyHash();
        Report storage report = _currentReport(msg.sender);
        if (decision.anchorNumber < report.head) revert StaleHead(report.head);
        id = decisionId(decision);
        uint256 key = _key(decision.anchorNumber, decision.round, decision.attempt);
        if (key <= lastSentKey || (id != decidedId && key <= _keyOf(decidedId))) revert Superseded();
        Round storage round = _rounds[id];
        if (round.vetoed) revert AlreadyVetoed(id);
        if (report.backs == id) revert AlreadyAttested();

        _withdrawSupport(report, msg.sender);
        if (round.epoch == 0) {
            round.epoch = epoch;
            round.decision = decision;
        }
        report.head = decision.anchorNumber;
        report.backs = id;
        uint8 support = round.support + 1;
        round.support = support;
        emit Attested(id, msg.sender, support, decision);
        if (support >= threshold && round.decidedAt == 0) {
            round.decidedAt = uint64(block.timestamp);
            decidedId = id;
            emit Decided(id, block.timestamp + vetoSeconds);
        }
    }

    /// @notice A watcher reports that the para's included head is `number`: decisions on earlier heads lose its support.
    function attestHead(uint64 number) external locked onlyWatcher {
        Report storage report = _currentReport(msg.sender);
        if (number <= report.head) revert StaleHead(report.head);
        report.head = number;
        emit HeadReported(msg.sender, number);
        bytes32 id = report.backs;
        if (id != 0 && _rounds[id].decision.anchorNumber < number) _withdrawSupport(report, msg.sender);
    }

    /// @notice A guardian forbids a decision, for good. The same vote can only be decided as another attempt.
    function veto(bytes32 id) external locked {
        if (!_isGuardian(msg.sender)) revert NotGuardian(msg.sender);
        Round storage round = _rounds[id];
        if (round.epoch == 0 || round.epoch != epoch) revert UnknownDecision(id);
        if (round.sent) revert AlreadySent(id);
        if (round.vetoed) revert AlreadyVetoed(id);
        round.vetoed = true;
        emit Vetoed(id, msg.sender);
    }

    /// @notice Sends the message of the decided decision to the relay chain, once. Anyone may call this.
    /// @dev Reverts, and may be tried again, when this chain does not take the message, for instance while this
    /// contract cannot pay for its delivery. What becomes of it on the relay chain is not known here.
    /// @param message The bytes whose keccak-256 the decision names.
    function execute(bytes32 id, bytes calldata message) external locked {
        Round storage round = _rounds[id];
        if (round.sent) revert AlreadySent(id);
        if (id != decidedId || round.epoch != epoch || round.decidedAt == 0) revert NotDecided(id);
        if (round.vetoed) revert AlreadyVetoed(id);
        uint256 from = uint256(round.decidedAt) + vetoSeconds;
        if (block.timestamp < from) revert TooEarly(from);
        if (message.length > MAX_MESSAGE_BYTES) revert MessageTooLong(message.length);
        bytes32 hash = keccak256(message);
        if (hash != round.decision.messageHash) revert WrongMessage(hash);

        round.sent = true;
        lastSentId = id;
        lastSentKey = _keyOf(id);
        emit Executed(id, hash, msg.sender);
        _send(message);
    }

    // ------------------------------------------------------------------------------------------ cancellations

    /// @notice A watcher reports that a sent approval must be taken back, because the para lives again.
    /// @param timepoint Of the approval on the relay chain, as the call encodes it: height and index, each four bytes in
    /// little endian. Nobody could know it before, so it is the only part of the message that was not committed to.
    function attestCancel(bytes32 id, bytes8 timepoint) external locked onlyWatcher {
        Round storage round = _rounds[id];
        if (!round.sent) revert NotSent(id);
        if (round.decision.cancelHash == 0) revert NothingToCancel(id);
        Cancellation storage cancellation = _cancellations[_cancellationId(id, timepoint)];
        if (cancellation.sent) revert AlreadySent(id);
        if (cancellation.attested[msg.sender]) revert AlreadyAttested();
        cancellation.attested[msg.sender] = true;
        cancellation.support += 1;
        emit CancelAttested(id, msg.sender, timepoint, cancellation.support);
    }

    /// @notice Sends the cancelling message that the decision committed to, once for each timepoint. Anyone may call this.
    /// @param message The committed bytes with the timepoint in its place.
    function cancel(bytes32 id, bytes8 timepoint, bytes calldata message) external locked {
        _requireOptedIn();
        Round storage round = _rounds[id];
        if (!round.sent) revert NotSent(id);
        Cancellation storage cancellation = _cancellations[_cancellationId(id, timepoint)];
        if (cancellation.sent) revert AlreadySent(id);
        if (cancellation.support < threshold) revert NotDecided(id);
        if (message.length > MAX_MESSAGE_BYTES) revert MessageTooLong(message.length);
        _requireCommitted(message, timepoint, round.decision.cancelOffset, round.decision.cancelHash);

        cancellation.sent = true;
        round.cancelled = true;
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
                lastSentId: lastSentId,
                lastSentKey: lastSentKey
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
        return optedIn && _watcherEpoch[account] == epoch;
    }

    /// @notice The id under which this decision is attested now: bound to chain, contract and epoch.
    function decisionId(Decision calldata decision) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), epoch, decision));
    }

    /// @notice All about a decision id; all zero when nobody attested it.
    function roundOf(bytes32 id) external view returns (Round memory) {
        return _rounds[id];
    }

    /// @notice The highest head that a watcher reported in this epoch, and the id that it supports; zero for none.
    function reportOf(address watcher) external view returns (uint64 head, bytes32 backs) {
        Report storage report = _reports[watcher];
        if (!isWatcher(watcher) || report.epoch != epoch) return (0, 0);
        return (report.head, report.backs);
    }

    /// @notice Seconds since 1970 from which `execute` takes this id; zero when it does not take it as things are.
    function executableAt(bytes32 id) external view returns (uint256) {
        Round storage round = _rounds[id];
        bool current = id == decidedId && round.epoch == epoch;
        if (!current || round.decidedAt == 0 || round.vetoed || round.sent) return 0;
        return uint256(round.decidedAt) + vetoSeconds;
    }

    /// @notice The watchers of this epoch that want this approval taken back, and whether that was sent.
    function cancellationOf(
        bytes32 id,
        bytes8 timepoint
    ) external view returns (address[] memory supporters, bool sent) {
        Cancellation storage cancellation = _cancellations[_cancellationId(id, timepoint)];
        supporters = new address[](cancellation.support);
        uint256 found = 0;
        for (uint256 i = 0; i < _watchers.length; i++) {
            if (cancellation.attested[_watchers[i]]) supporters[found++] = _watchers[i];
        }
        return (supporters, cancellation.sent);
    }

    // ------------------------------------------------------------------------------------------------ internal

    function _requireOptedIn() private view {
        if (!optedIn) revert NotOptedIn();
    }

    function _startEpoch() private {
        epoch += 1;
        decidedId = 0;
    }

    function _setWatchers(address[] calldata watchers_, uint32 threshold_) private {
        uint256 count = watchers_.length;
        if (count == 0 || count > MAX_WATCHERS) revert WrongNumberOfWatchers(count);
        if (threshold_ > count || uint256(threshold_) * 2 <= count) revert WrongThreshold(threshold_);
        _requireAscending(watchers_);
        for (uint256 i = 0; i < count; i++) _watcherEpoch[watchers_[i]] = epoch;
        _watchers = watchers_;
        threshold = threshold_;
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

    /// @dev A report of an earlier epoch counts as none, so that rotating heals a watcher that reported nonsense.
    function _currentReport(address watcher) private returns (Report storage report) {
        report = _reports[watcher];
        if (report.epoch != epoch) {
            report.head = 0;
            report.epoch = epoch;
            report.backs = 0;
        }
    }

    /// @dev Below the threshold a decision is no longer executable; regaining it starts the delay anew.
    function _withdrawSupport(Report storage report, address watcher) private {
        bytes32 id = report.backs;
        if (id == 0) return;
        report.backs = 0;
        Round storage round = _rounds[id];
        uint8 support = round.support - 1;
        round.support = support;
        emit SupportWithdrawn(id, watcher, support);
        if (round.decidedAt != 0 && support < threshold && !round.sent) {
            round.decidedAt = 0;
            emit Undecided(id);
        }
    }

    /// @dev Order of decisions; never zero, so that zero can stand for none.
    function _key(uint64 anchorNumber, uint64 round, uint32 attempt) private pure returns (uint256) {
        return (1 << 160) | (uint256(anchorNumber) << 96) | (uint256(round) << 32) | attempt;
    }

    function _keyOf(bytes32 id) private view returns (uint256) {
        if (id == 0) return 0;
        Decision storage decision = _rounds[id].decision;
        return _key(decision.anchorNumber, decision.round, decision.attempt);
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
