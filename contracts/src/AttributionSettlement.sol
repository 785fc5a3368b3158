// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {AccountRegistry} from "./AccountRegistry.sol";
import {IFeeSink} from "./PaymentEscrow.sol";
import {IEpochClock} from "./ParamRegistry.sol";
import {MerkleSum} from "./libraries/MerkleSum.sol";

/// @notice What the settlement must know of the parameters.
interface IParamVersions {
    /// @notice The version in effect at an epoch.
    function versionAt(uint64 epochId) external view returns (uint32);
}

/// @title AttributionSettlement
/// @notice Gateways commit batches of priced answers; each epoch sums a range of batches into one
/// Merkle-sum root over what every account has earned in all. After a challenge window anyone may
/// have an account's unpaid earnings sent to its payee.
/// @dev A root is cumulative, so paying an account means the difference to what it got before, and
/// no order of claims pays anything twice. The sum of a root must be the fees of its batches on top
/// of the sum before, and must have been collected from the escrow; payments never exceed the
/// greatest sum that was used. Money comes in by `fund` and leaves by claims alone: its balance is
/// `totalCollected - totalPaid`.
///
/// Epochs that are good form a chain: posting adds one to its end, disabling an epoch cuts off it
/// and all after it, whose sums stand on its. Their batches are then open again, and the next epoch
/// gets the next number.
contract AttributionSettlement is IFeeSink, IEpochClock, EIP712, Ownable, Pausable, ReentrancyGuardTransient {
    /// @param governance Sets roles and the challenge window (the timelock).
    /// @param registrar Registers the service and rotates its key.
    /// @param poster Posts epochs.
    /// @param guardian Disables epochs before they activate, and pauses.
    /// @param accounts Where payees are looked up.
    /// @param escrow Who brings the fees; may be deployed later.
    /// @param params Parameter versions; may be deployed later.
    /// @param challengeWindow First challenge window, in seconds.
    /// @param minChallengeWindow Least challenge window.
    /// @param maxChallengeWindow Greatest challenge window.
    struct Settings {
        address governance;
        address registrar;
        address poster;
        address guardian;
        AccountRegistry accounts;
        address escrow;
        IParamVersions params;
        uint64 challengeWindow;
        uint64 minChallengeWindow;
        uint64 maxChallengeWindow;
    }

    /// @param signer Key that signs its receipts and commits its batches.
    /// @param hostAccountId Account that gets the host's part.
    /// @param nextInferenceNo First answer of its next batch.
    /// @param lastBatchId Its newest batch, 0 before the first.
    /// @param paramsVersion Version of its newest batch.
    /// @param fees Fees of all its batches, in wei.
    struct Service {
        address signer;
        uint64 hostAccountId;
        uint64 nextInferenceNo;
        uint64 lastBatchId;
        uint32 paramsVersion;
        uint128 fees;
    }

    /// @param feesCumulative Fees of the service up to and with this batch, in wei.
    /// @param firstInferenceNo Its first answer.
    /// @param count How many answers.
    /// @param paramsVersion Parameter version of all of them.
    /// @param digest keccak256 of the abi-encoded arguments of `commitBatch`.
    struct Batch {
        uint128 feesCumulative;
        uint64 firstInferenceNo;
        uint32 count;
        uint32 paramsVersion;
        bytes32 digest;
    }

    /// @param root Hash of the Merkle-sum root.
    /// @param sum Sum of the root: what all accounts have earned in all, in wei.
    /// @param activatesAt First second it pays at.
    /// @param lastBatch Newest batch that is in it.
    /// @param index Place in the chain of good epochs.
    /// @param paramsVersion Parameter version of its batches.
    /// @param depth Depth of its tree.
    /// @param activated Whether it was paid from.
    struct Epoch {
        bytes32 root;
        uint128 sum;
        uint64 activatesAt;
        uint64 lastBatch;
        uint64 index;
        uint32 paramsVersion;
        uint8 depth;
        bool activated;
    }

    /// @notice The one service of a settlement. A batch range in `EpochPosted` names no service, so
    /// another gateway opens a settlement of its own.
    uint16 public constant SERVICE_ID = 1;
    /// @notice Gas that a payee gets when others have it paid.
    uint256 public constant PUSH_GAS = 30_000;

    /// @notice Where payees are looked up.
    AccountRegistry public immutable ACCOUNTS;
    /// @notice Who brings the fees.
    address public immutable ESCROW;
    /// @notice Parameter versions.
    IParamVersions public immutable PARAMS;
    /// @notice Least challenge window, in seconds.
    uint64 public immutable MIN_CHALLENGE_WINDOW;
    /// @notice Greatest challenge window, in seconds.
    uint64 public immutable MAX_CHALLENGE_WINDOW;

    /// @notice Registers the service and rotates its key.
    address public registrar;
    /// @notice Posts epochs.
    address public poster;
    /// @notice Disables epochs before they activate, and pauses.
    address public guardian;

    /// @notice Seconds between posting an epoch and its first payment.
    uint64 public challengeWindow;
    /// @notice The newest service, 0 before the first.
    uint16 public lastServiceId;
    /// @notice The newest posted epoch, disabled or not; 0 before the first.
    uint64 public lastEpochId;
    /// @notice Number of good epochs, with the empty epoch 0 that all begin from.
    uint64 public chainLength = 1;

    /// @notice Fees that ever came in, in wei.
    uint128 public totalCollected;
    /// @notice What was ever paid out, in wei.
    uint128 public totalPaid;
    /// @notice Greatest sum of an epoch that was paid from.
    uint128 public settledSum;

    /// @notice Fees that ever came in for a service, in wei.
    mapping(uint16 serviceId => uint128) public collectedOf;
    /// @notice What an account was ever paid, in wei.
    mapping(uint64 accountId => uint128) public paidOf;

    mapping(uint16 serviceId => Service) private _services;
    mapping(uint16 serviceId => mapping(uint64 batchId => Batch)) private _batches;
    mapping(uint64 epochId => Epoch) private _epochs;
    mapping(uint64 index => uint64 epochId) private _chain;

    /// @notice A new service.
    event ServiceRegistered(uint64 indexed serviceId, address indexed signer, uint64 indexed hostAccountId);
    /// @notice A service uses another key from now on.
    event ServiceSignerChanged(uint64 indexed serviceId, address indexed previous, address indexed signer);
    /// @notice Fees came in; `cumulative` is all that ever came in for the service.
    event FeesCollected(uint64 indexed serviceId, uint128 delta, uint128 cumulative);
    /// @notice A service committed to answers `firstInferenceNo` to `firstInferenceNo + count - 1`.
    event InferenceBatchCommitted(
        uint64 indexed serviceId,
        uint64 indexed batchId,
        uint64 firstInferenceNo,
        uint32 count,
        uint128 fees,
        uint128 feesCumulative,
        bytes32 receiptsRoot,
        bytes32 attributionRoot,
        uint32 paramsVersion,
        bytes32 daCommitment
    );
    /// @notice A root over everybody's earnings up to and with batch `lastBatch`.
    event EpochPosted(
        uint64 indexed epochId,
        uint64 firstBatch,
        uint64 lastBatch,
        bytes32 root,
        uint128 sum,
        uint32 paramsVersion,
        bytes32 daCommitment,
        uint64 activatesAt
    );
    /// @notice Somebody proved that an account has less in this epoch than in an earlier one.
    event EpochChallenged(
        uint64 indexed epochId,
        address indexed challenger,
        uint64 indexed accountId,
        uint64 earlierEpochId,
        uint128 earlierCumulative,
        uint128 cumulative
    );
    /// @notice Epochs `epochId` to `lastDisabled` are void; their batches are open again.
    event EpochDisabled(uint64 indexed epochId, uint64 lastDisabled, address by, bytes32 reason);
    /// @notice The first payment from an epoch. It may pay since `activatesAt`, with or without this.
    event EpochActivated(uint64 indexed epochId, uint128 sum);
    /// @notice An account's payee got `amount`; `cumulative` is all that the account ever got.
    event Paid(
        uint64 indexed accountId, uint64 indexed epochId, address payee, uint128 amount, uint128 cumulative
    );
    /// @notice A payee did not take its money. It stays here for the account.
    event PushFailed(uint64 indexed accountId, uint64 indexed epochId, address payee, uint128 amount);
    /// @notice Somebody else registers services.
    event RegistrarChanged(address indexed previous, address indexed registrar);
    /// @notice Somebody else posts epochs.
    event PosterChanged(address indexed previous, address indexed poster);
    /// @notice Somebody else guards epochs.
    event GuardianChanged(address indexed previous, address indexed guardian);
    /// @notice The challenge window was set.
    event ChallengeWindowChanged(uint64 previous, uint64 value);

    /// @notice The caller does not have the role that this needs.
    error NotPermitted(address caller);
    /// @notice No service has this number.
    error UnknownService(uint16 serviceId);
    /// @notice The settlement has its one service already.
    error ServiceExists(uint16 serviceId);
    /// @notice A key or payee that is the zero address.
    error ZeroAddress();
    /// @notice The account that should get the host's part does not exist.
    error UnknownAccount(uint64 accountId);
    /// @notice A batch has at least one answer.
    error EmptyBatch(uint64 batchId);
    /// @notice Batches of a service come in order.
    error WrongBatch(uint64 batchId, uint64 expected);
    /// @notice Answers of a service come in order, without gaps.
    error WrongInference(uint64 firstInferenceNo, uint64 expected);
    /// @notice The version is not in effect yet, or older than that of an earlier batch.
    error WrongParams(uint32 paramsVersion, uint32 earliest, uint32 latest);
    /// @notice Epochs come in order.
    error WrongEpoch(uint64 epochId, uint64 expected);
    /// @notice The epoch does not begin after the last good one, or ends beyond the last batch.
    error WrongBatchRange(uint64 firstBatch, uint64 lastBatch, uint64 expectedFirst, uint64 latest);
    /// @notice The batches of an epoch do not all have this version.
    error MixedParams(uint64 epochId, uint32 paramsVersion);
    /// @notice The sum is not the sum before plus the fees of the batches.
    error WrongSum(uint128 sum, uint128 expected);
    /// @notice Not all of the fees were collected from the escrow.
    error NotCollected(uint128 sum, uint128 collected);
    /// @notice Trees never get shallower, and have a depth of 1 to 64.
    error WrongDepth(uint8 depth, uint8 least);
    /// @notice No such epoch was posted, or it was disabled.
    error NoSuchEpoch(uint64 epochId);
    /// @notice The epoch's challenge window is still open.
    error NotActive(uint64 epochId, uint64 activatesAt);
    /// @notice The epoch's challenge window is over.
    error AlreadyActive(uint64 epochId, uint64 activatesAt);
    /// @notice The proof does not lead to the epoch's root.
    error WrongProof(uint64 epochId, uint64 accountId);
    /// @notice Neither epoch is before the other as claimed, or the account did not lose anything.
    error NoFraud(uint64 epochId, uint64 earlierEpochId, uint64 accountId);
    /// @notice The account has been paid that much already.
    error NothingToPay(uint64 accountId, uint128 paid);
    /// @notice The payment would be more than all accounts have earned together.
    error Overdrawn(uint64 accountId, uint256 paid, uint128 settled);
    /// @notice The payee did not take its money.
    error PayeeRefused(uint64 accountId, address payee);
    /// @notice The call brings too little gas to pay everybody fairly.
    error InsufficientGas(uint64 accountId);
    /// @notice Lists that belong together have different lengths.
    error LengthMismatch();
    /// @notice A governed time lies outside of the bounds that were fixed at deployment.
    error OutOfBounds(uint64 value, uint64 min, uint64 max);

    modifier onlyRegistrar() {
        if (msg.sender != registrar && msg.sender != owner()) revert NotPermitted(msg.sender);
        _;
    }

    modifier onlyGuardian() {
        if (msg.sender != guardian && msg.sender != owner()) revert NotPermitted(msg.sender);
        _;
    }

    /// @param settings Roles, neighbours and times.
    constructor(Settings memory settings) EIP712("Tributary", "1") Ownable(settings.governance) {
        ACCOUNTS = settings.accounts;
        ESCROW = settings.escrow;
        PARAMS = settings.params;
        MIN_CHALLENGE_WINDOW = settings.minChallengeWindow;
        MAX_CHALLENGE_WINDOW = settings.maxChallengeWindow;
        _setChallengeWindow(settings.challengeWindow);
        registrar = settings.registrar;
        emit RegistrarChanged(address(0), settings.registrar);
        poster = settings.poster;
        emit PosterChanged(address(0), settings.poster);
        guardian = settings.guardian;
        emit GuardianChanged(address(0), settings.guardian);
    }

    // ---------------------------------------------------------------- services and batches

    /// @notice Registers the service. Only the registrar or governance: a service that anybody could
    /// make would let a payer pay himself and leave the honest one with an empty escrow.
    /// @param signer Key that signs its receipts and commits its batches.
    /// @param hostAccountId Account that gets the host's part.
    /// @return serviceId Its number. Its answers begin at `serviceId * 2^48 + 1`.
    function registerService(address signer, uint64 hostAccountId)
        external
        onlyRegistrar
        returns (uint16 serviceId)
    {
        if (lastServiceId == SERVICE_ID) revert ServiceExists(SERVICE_ID);
        if (signer == address(0)) revert ZeroAddress();
        if (!ACCOUNTS.exists(hostAccountId)) revert UnknownAccount(hostAccountId);
        serviceId = SERVICE_ID;
        lastServiceId = serviceId;
        _services[serviceId].signer = signer;
        _services[serviceId].hostAccountId = hostAccountId;
        _services[serviceId].nextInferenceNo = (uint64(serviceId) << 48) + 1;
        emit ServiceRegistered(serviceId, signer, hostAccountId);
    }

    /// @notice Gives a service another key. Only the registrar or governance.
    function setServiceSigner(uint16 serviceId, address signer) external onlyRegistrar {
        if (signer == address(0)) revert ZeroAddress();
        Service storage service_ = _existing(serviceId);
        emit ServiceSignerChanged(serviceId, service_.signer, signer);
        service_.signer = signer;
    }

    /// @notice Takes fees that the escrow collected for a service. Only the escrow.
    /// @param serviceId The service.
    function fund(uint16 serviceId) external payable {
        if (msg.sender != ESCROW) revert NotPermitted(msg.sender);
        _existing(serviceId);
        uint128 delta = uint128(msg.value);
        totalCollected += delta;
        uint128 cumulative = collectedOf[serviceId] + delta;
        collectedOf[serviceId] = cumulative;
        emit FeesCollected(serviceId, delta, cumulative);
    }

    /// @notice Commits to a batch of answers. Only the service's key.
    /// @param serviceId The service.
    /// @param batchId The batch, from 1 without gaps.
    /// @param firstInferenceNo Its first answer, the one after the batch before.
    /// @param count How many answers.
    /// @param fees Their fees together, in wei.
    /// @param receiptsRoot Merkle root over their receipts.
    /// @param attributionRoot Merkle root over the roots of their attribution vectors.
    /// @param paramsVersion Parameter version of all of them: in effect in the open epoch at the
    /// latest, and not older than that of the batch before. It may lag behind, because receipts that
    /// were signed under a version must stay settleable after the next one takes effect.
    /// @param daCommitment keccak256 of the commitment under which the batch's body lies. The
    /// commitment itself may follow the arguments in the call data, where nothing here looks.
    function commitBatch(
        uint16 serviceId,
        uint64 batchId,
        uint64 firstInferenceNo,
        uint32 count,
        uint128 fees,
        bytes32 receiptsRoot,
        bytes32 attributionRoot,
        uint32 paramsVersion,
        bytes32 daCommitment
    ) external whenNotPaused {
        uint128 feesCumulative = _advance(serviceId, batchId, firstInferenceNo, count, fees, paramsVersion);
        // The first nine words behind the selector are the abi encoding of the arguments.
        _batches[serviceId][batchId] = Batch({
            feesCumulative: feesCumulative,
            firstInferenceNo: firstInferenceNo,
            count: count,
            paramsVersion: paramsVersion,
            digest: keccak256(msg.data[4:4 + 9 * 32])
        });
        emit InferenceBatchCommitted(
            serviceId,
            batchId,
            firstInferenceNo,
            count,
            fees,
            feesCumulative,
            receiptsRoot,
            attributionRoot,
            paramsVersion,
            daCommitment
        );
    }

    // ---------------------------------------------------------------- epochs

    /// @notice Posts the root of an epoch. Only the poster.
    /// @param epochId The epoch, one above the newest, disabled or not.
    /// @param firstBatch Its first batch: the one after the newest good epoch.
    /// @param lastBatch Its last batch.
    /// @param root Hash of the Merkle-sum root over cumulative earnings by account number.
    /// @param sum Sum of that root: the sum before plus the fees of the batches.
    /// @param depth Depth of the tree.
    /// @param paramsVersion Parameter version of all its batches.
    /// @param daCommitment keccak256 of the commitment under which the epoch's leaves lie. The
    /// commitment itself may follow the arguments in the call data.
    function postEpoch(
        uint64 epochId,
        uint64 firstBatch,
        uint64 lastBatch,
        bytes32 root,
        uint128 sum,
        uint8 depth,
        uint32 paramsVersion,
        bytes32 daCommitment
    ) external whenNotPaused {
        if (msg.sender != poster) revert NotPermitted(msg.sender);
        if (epochId != lastEpochId + 1) revert WrongEpoch(epochId, lastEpochId + 1);
        Epoch memory head = _epochs[_chain[chainLength - 1]];
        _checkRange(epochId, head, firstBatch, lastBatch, paramsVersion);
        _checkSum(head, firstBatch, lastBatch, sum);
        if (depth == 0 || depth > 64 || depth < head.depth) revert WrongDepth(depth, head.depth);

        uint64 activatesAt = uint64(block.timestamp) + challengeWindow;
        // A window that was shortened must not let an epoch overtake those that it stands on.
        if (activatesAt < head.activatesAt) activatesAt = head.activatesAt;
        lastEpochId = epochId;
        _chain[chainLength] = epochId;
        Epoch storage entry = _epochs[epochId];
        entry.root = root;
        entry.sum = sum;
        entry.activatesAt = activatesAt;
        entry.lastBatch = lastBatch;
        entry.index = chainLength;
        entry.paramsVersion = paramsVersion;
        entry.depth = depth;
        ++chainLength;
        emit EpochPosted(epochId, firstBatch, lastBatch, root, sum, paramsVersion, daCommitment, activatesAt);
    }

    /// @notice Disables an epoch, and all after it, by proof that it takes from an account what an
    /// earlier epoch gave it. Anyone, until the epoch activates.
    /// @param epochId The false epoch.
    /// @param accountId Whose earnings went down.
    /// @param cumulative The account's leaf in the false epoch.
    /// @param proof Its proof.
    /// @param earlierEpochId A good epoch before it.
    /// @param earlierCumulative The account's leaf in that one.
    /// @param earlierProof Its proof.
    function challenge(
        uint64 epochId,
        uint64 accountId,
        uint128 cumulative,
        MerkleSum.Node[] calldata proof,
        uint64 earlierEpochId,
        uint128 earlierCumulative,
        MerkleSum.Node[] calldata earlierProof
    ) external {
        if (_good(earlierEpochId).index >= _good(epochId).index || cumulative >= earlierCumulative) {
            revert NoFraud(epochId, earlierEpochId, accountId);
        }
        _verify(epochId, accountId, cumulative, proof);
        _verify(earlierEpochId, accountId, earlierCumulative, earlierProof);
        emit EpochChallenged(epochId, msg.sender, accountId, earlierEpochId, earlierCumulative, cumulative);
        _disable(epochId, "leaf decreased");
    }

    /// @notice Disables an epoch, and all after it, before it activates. Only the guardian or
    /// governance.
    /// @param epochId The epoch.
    /// @param reason Why, in a word, or the hash of a text.
    function disableEpoch(uint64 epochId, bytes32 reason) external onlyGuardian {
        _disable(epochId, reason);
    }

    // ---------------------------------------------------------------- payment

    /// @notice Pays the caller's account what it has earned and not got. The payee gets all the gas
    /// that is there.
    /// @param epochId An epoch whose window is over; the newest pays most.
    /// @param accountId The account; the caller owns it or is its payee.
    /// @param cumulative Its leaf in the epoch.
    /// @param proof The proof of the leaf.
    /// @return amount The wei sent to its payee.
    function claim(uint64 epochId, uint64 accountId, uint128 cumulative, MerkleSum.Node[] calldata proof)
        external
        nonReentrant
        returns (uint128 amount)
    {
        if (msg.sender != ACCOUNTS.ownerOf(accountId) && msg.sender != ACCOUNTS.payeeOf(accountId)) {
            revert NotPermitted(msg.sender);
        }
        return _payOne(epochId, accountId, cumulative, proof, gasleft());
    }

    /// @notice Pays somebody's account what it has earned and not got. Anyone may call it; the payee
    /// gets `PUSH_GAS`.
    /// @param epochId An epoch whose window is over.
    /// @param accountId The account.
    /// @param cumulative Its leaf in the epoch.
    /// @param proof The proof of the leaf.
    /// @return amount The wei sent to its payee.
    function claimFor(uint64 epochId, uint64 accountId, uint128 cumulative, MerkleSum.Node[] calldata proof)
        external
        nonReentrant
        returns (uint128 amount)
    {
        return _payOne(epochId, accountId, cumulative, proof, PUSH_GAS);
    }

    /// @notice Pays many accounts. Accounts with nothing open are passed over; a payee that does not
    /// take its money keeps it here and stops nobody else.
    /// @param epochId An epoch whose window is over.
    /// @param accountIds The accounts.
    /// @param cumulatives Their leaves in the epoch.
    /// @param proofs The proofs of the leaves.
    /// @return amount The wei sent in all.
    function push(
        uint64 epochId,
        uint64[] calldata accountIds,
        uint128[] calldata cumulatives,
        MerkleSum.Node[][] calldata proofs
    ) external nonReentrant returns (uint128 amount) {
        if (accountIds.length != cumulatives.length || accountIds.length != proofs.length) {
            revert LengthMismatch();
        }
        _activate(epochId);
        for (uint256 i = 0; i < accountIds.length; ++i) {
            _verify(epochId, accountIds[i], cumulatives[i], proofs[i]);
            if (cumulatives[i] <= paidOf[accountIds[i]]) continue;
            (uint128 paid,) = _pay(epochId, accountIds[i], cumulatives[i], PUSH_GAS);
            amount += paid;
        }
    }

    // ---------------------------------------------------------------- governance

    /// @notice Sets the challenge window for epochs to come, within its bounds. Only governance.
    function setChallengeWindow(uint64 value) external onlyOwner {
        _setChallengeWindow(value);
    }

    /// @notice Names who registers services. Only governance.
    function setRegistrar(address value) external onlyOwner {
        emit RegistrarChanged(registrar, value);
        registrar = value;
    }

    /// @notice Names who posts epochs. Only governance.
    function setPoster(address value) external onlyOwner {
        emit PosterChanged(poster, value);
        poster = value;
    }

    /// @notice Names who guards epochs. Only governance.
    function setGuardian(address value) external onlyOwner {
        emit GuardianChanged(guardian, value);
        guardian = value;
    }

    /// @notice Stops new batches and epochs; payments go on. Only the guardian or governance.
    function pause() external onlyGuardian {
        _pause();
    }

    /// @notice Ends a pause. Only governance.
    function unpause() external onlyOwner {
        _unpause();
    }

    // ---------------------------------------------------------------- views

    /// @notice A service.
    function service(uint16 serviceId) external view returns (Service memory) {
        return _existing(serviceId);
    }

    /// @notice The first answer of a service's next batch.
    function nextInferenceNo(uint16 serviceId) external view returns (uint64) {
        return _existing(serviceId).nextInferenceNo;
    }

    /// @notice A batch; all zero if there is none.
    function batch(uint16 serviceId, uint64 batchId) external view returns (Batch memory) {
        return _batches[serviceId][batchId];
    }

    /// @notice An epoch, disabled or not; all zero if there is none.
    function epoch(uint64 epochId) external view returns (Epoch memory) {
        return _epochs[epochId];
    }

    /// @notice The newest good epoch, on whose sum the next one stands; 0 before the first.
    function headEpochId() external view returns (uint64) {
        return _chain[chainLength - 1];
    }

    /// @notice Whether an epoch was posted and not disabled.
    function isGood(uint64 epochId) public view returns (bool) {
        uint64 index = _epochs[epochId].index;
        return index != 0 && index < chainLength && _chain[index] == epochId;
    }

    /// @notice Whether an epoch is good and its challenge window over.
    function isActive(uint64 epochId) external view returns (bool) {
        return isGood(epochId) && block.timestamp >= _epochs[epochId].activatesAt;
    }

    /// @notice The digest that a service's key signs for a receipt.
    /// @param receiptLeaf The receipt's leaf, which is its EIP-712 struct hash as well.
    function receiptDigest(bytes32 receiptLeaf) public view returns (bytes32) {
        return _hashTypedDataV4(receiptLeaf);
    }

    /// @notice Whether a service's present key has signed a receipt.
    function isReceiptSigned(uint16 serviceId, bytes32 receiptLeaf, bytes calldata signature)
        external
        view
        returns (bool)
    {
        (address signer, ECDSA.RecoverError failure,) =
            ECDSA.tryRecover(receiptDigest(receiptLeaf), signature);
        return failure == ECDSA.RecoverError.NoError && signer == _existing(serviceId).signer;
    }

    // ---------------------------------------------------------------- inner workings

    function _advance(
        uint16 serviceId,
        uint64 batchId,
        uint64 firstInferenceNo,
        uint32 count,
        uint128 fees,
        uint32 paramsVersion
    ) private returns (uint128 feesCumulative) {
        Service storage service_ = _existing(serviceId);
        if (msg.sender != service_.signer) revert NotPermitted(msg.sender);
        if (batchId != service_.lastBatchId + 1) revert WrongBatch(batchId, service_.lastBatchId + 1);
        if (firstInferenceNo != service_.nextInferenceNo) {
            revert WrongInference(firstInferenceNo, service_.nextInferenceNo);
        }
        if (count == 0) revert EmptyBatch(batchId);
        uint32 latest = PARAMS.versionAt(lastEpochId + 1);
        if (paramsVersion == 0 || paramsVersion < service_.paramsVersion || paramsVersion > latest) {
            revert WrongParams(paramsVersion, service_.paramsVersion, latest);
        }
        feesCumulative = service_.fees + fees;
        service_.nextInferenceNo = firstInferenceNo + count;
        service_.lastBatchId = batchId;
        service_.paramsVersion = paramsVersion;
        service_.fees = feesCumulative;
    }

    function _checkRange(
        uint64 epochId,
        Epoch memory head,
        uint64 firstBatch,
        uint64 lastBatch,
        uint32 paramsVersion
    ) private view {
        uint64 latest = _services[SERVICE_ID].lastBatchId;
        if (firstBatch != head.lastBatch + 1 || lastBatch < firstBatch || lastBatch > latest) {
            revert WrongBatchRange(firstBatch, lastBatch, head.lastBatch + 1, latest);
        }
        // Versions never fall from batch to batch, so the ends speak for all between them.
        if (
            _batches[SERVICE_ID][firstBatch].paramsVersion != paramsVersion
                || _batches[SERVICE_ID][lastBatch].paramsVersion != paramsVersion
        ) revert MixedParams(epochId, paramsVersion);
    }

    function _checkSum(Epoch memory head, uint64 firstBatch, uint64 lastBatch, uint128 sum) private view {
        uint128 expected = head.sum + _batches[SERVICE_ID][lastBatch].feesCumulative
            - _batches[SERVICE_ID][firstBatch - 1].feesCumulative;
        if (sum != expected) revert WrongSum(sum, expected);
        if (sum > totalCollected) revert NotCollected(sum, totalCollected);
    }

    function _disable(uint64 epochId, bytes32 reason) private {
        Epoch storage entry = _good(epochId);
        if (block.timestamp >= entry.activatesAt) revert AlreadyActive(epochId, entry.activatesAt);
        chainLength = entry.index;
        emit EpochDisabled(epochId, lastEpochId, msg.sender, reason);
    }

    function _activate(uint64 epochId) private {
        Epoch storage entry = _good(epochId);
        if (block.timestamp < entry.activatesAt) revert NotActive(epochId, entry.activatesAt);
        if (entry.activated) return;
        entry.activated = true;
        if (entry.sum > settledSum) settledSum = entry.sum;
        emit EpochActivated(epochId, entry.sum);
    }

    function _payOne(
        uint64 epochId,
        uint64 accountId,
        uint128 cumulative,
        MerkleSum.Node[] calldata proof,
        uint256 gasLimit
    ) private returns (uint128 amount) {
        _activate(epochId);
        _verify(epochId, accountId, cumulative, proof);
        if (cumulative <= paidOf[accountId]) revert NothingToPay(accountId, paidOf[accountId]);
        address payee;
        (amount, payee) = _pay(epochId, accountId, cumulative, gasLimit);
        if (amount == 0) revert PayeeRefused(accountId, payee);
    }

    /// @dev Books the payment before the call and takes it back if the payee refuses; the guard
    /// against reentrancy keeps everybody out in between.
    function _pay(uint64 epochId, uint64 accountId, uint128 cumulative, uint256 gasLimit)
        private
        returns (uint128 amount, address payee)
    {
        uint128 before = paidOf[accountId];
        amount = cumulative - before;
        payee = ACCOUNTS.payeeOf(accountId);
        uint128 total = totalPaid + amount;
        if (total > settledSum) revert Overdrawn(accountId, total, settledSum);
        paidOf[accountId] = cumulative;
        totalPaid = total;
        if (_send(accountId, payee, amount, gasLimit)) {
            emit Paid(accountId, epochId, payee, amount, cumulative);
        } else {
            paidOf[accountId] = before;
            totalPaid = total - amount;
            emit PushFailed(accountId, epochId, payee, amount);
            amount = 0;
        }
    }

    /// @dev Copies nothing of what the payee returns, so that it cannot make its caller pay for memory.
    function _send(uint64 accountId, address payee, uint256 amount, uint256 gasLimit)
        private
        returns (bool success)
    {
        // A call gets at most 63/64 of the gas that is left: with less than this a caller could starve
        // a payee that would have taken its money. 40,000 covers the cost of the call itself.
        if (gasLimit == PUSH_GAS && gasleft() < (PUSH_GAS * 64) / 63 + 40_000) {
            revert InsufficientGas(accountId);
        }
        assembly ("memory-safe") {
            success := call(gasLimit, payee, amount, 0, 0, 0, 0)
        }
    }

    function _verify(uint64 epochId, uint64 accountId, uint128 cumulative, MerkleSum.Node[] calldata proof)
        private
        view
    {
        Epoch storage entry = _epochs[epochId];
        MerkleSum.Node memory root = MerkleSum.climb(entry.depth, accountId, cumulative, proof);
        if (root.hash != entry.root || root.sum != entry.sum) revert WrongProof(epochId, accountId);
    }

    function _good(uint64 epochId) private view returns (Epoch storage) {
        if (!isGood(epochId)) revert NoSuchEpoch(epochId);
        return _epochs[epochId];
    }

    function _existing(uint16 serviceId) private view returns (Service storage) {
        if (serviceId == 0 || serviceId > lastServiceId) revert UnknownService(serviceId);
        return _services[serviceId];
    }

    function _setChallengeWindow(uint64 value) private {
        if (value < MIN_CHALLENGE_WINDOW || value > MAX_CHALLENGE_WINDOW) {
            revert OutOfBounds(value, MIN_CHALLENGE_WINDOW, MAX_CHALLENGE_WINDOW);
        }
        emit ChallengeWindowChanged(challengeWindow, value);
        challengeWindow = value;
    }
}
