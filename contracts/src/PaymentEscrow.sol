// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {AccountRegistry} from "./AccountRegistry.sol";

/// @notice Where collected fees go.
interface IFeeSink {
    /// @notice Takes fees of a service; reverts if there is no such service.
    function fund(uint16 serviceId) external payable;
}

/// @title PaymentEscrow
/// @notice Payers put OPEN here and sign vouchers for what they have used; whoever holds a voucher
/// may have its fees moved to the settlement. A voucher says how much a payer owes a service in all,
/// so the newest one replaces all before it and none can be used twice.
/// @dev A payer is an account; its owner signs without a limit, other signers up to a cap. Money
/// leaves only by vouchers, or to the payer after a thaw, which is longer than it takes a service to
/// collect, so a payer cannot run away from a voucher.
contract PaymentEscrow is EIP712, Ownable, Pausable, ReentrancyGuardTransient {
    /// @param payerId Account that pays.
    /// @param serviceId Gateway that is paid.
    /// @param cumulative What the payer owes the service in all so far, in wei.
    /// @param inferenceNo The newest answer that is in `cumulative`.
    struct Voucher {
        uint64 payerId;
        uint16 serviceId;
        uint128 cumulative;
        uint64 inferenceNo;
    }

    /// @param balance What the payer has here, thawing included.
    /// @param thawing What of it is on its way out.
    /// @param thawedAt When that may be withdrawn.
    /// @param deposited What was ever deposited for the payer.
    /// @param withdrawn What the payer ever took out.
    struct Payer {
        uint128 balance;
        uint128 thawing;
        uint64 thawedAt;
        uint128 deposited;
        uint128 withdrawn;
    }

    /// @param cap The most this signer may ever spend.
    /// @param spent What it has spent.
    /// @param revokedAt From when on its vouchers are void; 0 if it was not revoked.
    struct Signer {
        uint128 cap;
        uint128 spent;
        uint64 revokedAt;
    }

    /// @param cumulative What was collected from the payer for the service.
    /// @param inferenceNo Newest answer among the vouchers collected.
    struct Collected {
        uint128 cumulative;
        uint64 inferenceNo;
    }

    /// @notice EIP-712 type hash of a voucher.
    bytes32 public constant VOUCHER_TYPEHASH =
        keccak256("Voucher(uint64 payerId,uint16 serviceId,uint128 cumulative,uint64 inferenceNo)");

    /// @notice Where payers have their accounts.
    AccountRegistry public immutable ACCOUNTS;
    /// @notice Where collected fees go.
    IFeeSink public immutable SETTLEMENT;
    /// @notice Least thaw, in seconds.
    uint64 public immutable MIN_THAW;
    /// @notice Greatest thaw, in seconds.
    uint64 public immutable MAX_THAW;

    /// @notice Seconds between asking for money back (or revoking a signer) and getting it.
    uint64 public thawPeriod;
    /// @notice Everything that payers have here.
    uint256 public totalBalance;

    mapping(uint64 payerId => Payer) private _payers;
    mapping(uint64 payerId => mapping(uint16 serviceId => Collected)) private _collected;
    mapping(uint64 payerId => mapping(uint16 serviceId => mapping(address signer => Signer))) private
        _signers;

    /// @notice OPEN came in for a payer; `cumulative` is all that ever came in. `serviceId` is 0: a
    /// deposit is good at every service.
    event Deposited(
        uint64 indexed payerId,
        uint64 indexed serviceId,
        address from,
        uint128 delta,
        uint128 cumulative,
        uint128 balance
    );
    /// @notice A payer asked for `delta` back; `cumulative` is all that thaws now, until `thawedAt`.
    /// `serviceId` is 0, as in `Deposited`.
    event ThawStarted(
        uint64 indexed payerId, uint64 indexed serviceId, uint128 delta, uint128 cumulative, uint64 thawedAt
    );
    /// @notice OPEN went back to a payer; `cumulative` is all that ever went back. `serviceId` is 0,
    /// as in `Deposited`.
    event Withdrawn(
        uint64 indexed payerId,
        uint64 indexed serviceId,
        address to,
        uint128 delta,
        uint128 cumulative,
        uint128 balance
    );
    /// @notice Fees went to the settlement; `cumulative` is all that was ever collected from this
    /// payer for this service, `voucherCumulative` what the voucher was good for.
    event VoucherCollected(
        uint64 indexed payerId,
        uint64 indexed serviceId,
        address signer,
        uint64 inferenceNo,
        uint128 delta,
        uint128 cumulative,
        uint128 voucherCumulative,
        uint128 balance
    );
    /// @notice A key may sign vouchers of a payer for a service, up to `cap` wei in all.
    event SignerAuthorized(
        uint64 indexed payerId, uint64 indexed serviceId, address indexed signer, uint128 cap
    );
    /// @notice A key's vouchers are void from `revokedAt` on.
    event SignerRevoked(
        uint64 indexed payerId, uint64 indexed serviceId, address indexed signer, uint64 revokedAt
    );
    /// @notice The thaw period was set.
    event ThawPeriodChanged(uint64 previous, uint64 value);

    /// @notice Depositing or thawing nothing is a mistake.
    error ZeroAmount();
    /// @notice No account has this number.
    error UnknownPayer(uint64 payerId);
    /// @notice Only the owner of the payer's account may do this.
    error NotPayer(uint64 payerId, address caller);
    /// @notice The amount is more than anything could cost.
    error AmountTooLarge(uint256 amount);
    /// @notice The payer does not have that much that is not thawing already.
    error InsufficientBalance(uint64 payerId, uint128 available, uint128 asked);
    /// @notice There is nothing to withdraw.
    error NothingThawed(uint64 payerId);
    /// @notice The thaw is not over.
    error StillThawing(uint64 payerId, uint64 thawedAt);
    /// @notice The voucher is worth nothing beyond what was collected.
    error StaleVoucher(uint64 payerId, uint16 serviceId, uint128 cumulative, uint128 collected);
    /// @notice The voucher's answer is not of its service, or older than that of an earlier voucher.
    error WrongInference(uint16 serviceId, uint64 inferenceNo);
    /// @notice The signer may not sign for this payer and service (any more).
    error NotAuthorized(uint64 payerId, uint16 serviceId, address signer);
    /// @notice The signer would spend more than its cap.
    error CapExceeded(address signer, uint128 cap, uint128 spent, uint128 asked);
    /// @notice A signer's cap can be raised at once but lowered only by revoking the signer.
    error CapLowered(address signer, uint128 cap);
    /// @notice The signer is not authorised, or revoked already.
    error NotRevocable(address signer);
    /// @notice A governed time lies outside of the bounds that were fixed at deployment.
    error OutOfBounds(uint64 value, uint64 min, uint64 max);

    /// @param governance Who may pause and set the thaw period (the timelock).
    /// @param accounts Where payers have their accounts.
    /// @param settlement Where fees go; may be deployed later.
    /// @param initialThaw First thaw period, in seconds.
    /// @param minThaw Least thaw period.
    /// @param maxThaw Greatest thaw period.
    constructor(
        address governance,
        AccountRegistry accounts,
        IFeeSink settlement,
        uint64 initialThaw,
        uint64 minThaw,
        uint64 maxThaw
    ) EIP712("Tributary", "1") Ownable(governance) {
        ACCOUNTS = accounts;
        SETTLEMENT = settlement;
        MIN_THAW = minThaw;
        MAX_THAW = maxThaw;
        _setThawPeriod(initialThaw);
    }

    /// @notice Gives the caller an account to pay from, or returns the one it has.
    /// @return payerId The account.
    function registerPayer() external returns (uint64 payerId) {
        return ACCOUNTS.register(msg.sender);
    }

    /// @notice Adds the OPEN that comes with the call to a payer's escrow. Anyone may pay in for
    /// anyone.
    /// @param payerId The payer.
    function deposit(uint64 payerId) external payable whenNotPaused {
        if (msg.value == 0) revert ZeroAmount();
        if (msg.value > type(uint128).max) revert AmountTooLarge(msg.value);
        if (!ACCOUNTS.exists(payerId)) revert UnknownPayer(payerId);
        Payer storage payer = _payers[payerId];
        uint128 amount = uint128(msg.value);
        payer.balance += amount;
        payer.deposited += amount;
        totalBalance += amount;
        emit Deposited(payerId, 0, msg.sender, amount, payer.deposited, payer.balance);
    }

    /// @notice Lets a key sign vouchers for a service, up to a cap. Only the payer. Calling it again
    /// raises the cap, or authorises a revoked key anew.
    /// @param payerId The payer.
    /// @param serviceId The service.
    /// @param signer The key.
    /// @param cap The most it may ever spend, in wei, what it has spent included.
    function authorizeSigner(uint64 payerId, uint16 serviceId, address signer, uint128 cap) external {
        _requirePayer(payerId);
        Signer storage entry = _signers[payerId][serviceId][signer];
        bool void = entry.revokedAt != 0 && entry.revokedAt <= block.timestamp;
        if (!void && cap < entry.cap) revert CapLowered(signer, entry.cap);
        entry.cap = cap;
        entry.revokedAt = 0;
        emit SignerAuthorized(payerId, serviceId, signer, cap);
    }

    /// @notice Voids a key's vouchers after the thaw period. Only the payer.
    /// @param payerId The payer.
    /// @param serviceId The service.
    /// @param signer The key.
    function revokeSigner(uint64 payerId, uint16 serviceId, address signer) external {
        _requirePayer(payerId);
        Signer storage entry = _signers[payerId][serviceId][signer];
        if (entry.cap == 0 || entry.revokedAt != 0) revert NotRevocable(signer);
        entry.revokedAt = uint64(block.timestamp) + thawPeriod;
        emit SignerRevoked(payerId, serviceId, signer, entry.revokedAt);
    }

    /// @notice Moves what a voucher is worth beyond what was collected before to the settlement.
    /// Anyone may call it. If the escrow holds less, what it holds is moved, and the voucher stays
    /// good for the rest.
    /// @param voucher The voucher.
    /// @param signature EIP-712 signature of the payer, of an authorised key, or of the payer's
    /// contract (ERC-1271).
    /// @return delta The wei moved.
    function collect(Voucher calldata voucher, bytes calldata signature)
        external
        nonReentrant
        whenNotPaused
        returns (uint128 delta)
    {
        uint64 payerId = voucher.payerId;
        Collected storage collected = _collected[payerId][voucher.serviceId];
        uint128 before = collected.cumulative;
        if (voucher.cumulative <= before) {
            revert StaleVoucher(payerId, voucher.serviceId, voucher.cumulative, before);
        }
        if (voucher.inferenceNo >> 48 != voucher.serviceId || voucher.inferenceNo < collected.inferenceNo) {
            revert WrongInference(voucher.serviceId, voucher.inferenceNo);
        }

        Payer storage payer = _payers[payerId];
        delta = voucher.cumulative - before;
        if (delta > payer.balance) delta = payer.balance;
        if (delta == 0) revert InsufficientBalance(payerId, 0, voucher.cumulative - before);
        address signer = _spend(voucher, signature, delta);

        payer.balance -= delta;
        if (payer.thawing > payer.balance) payer.thawing = payer.balance;
        totalBalance -= delta;
        collected.cumulative = before + delta;
        collected.inferenceNo = voucher.inferenceNo;
        emit VoucherCollected(
            payerId,
            voucher.serviceId,
            signer,
            voucher.inferenceNo,
            delta,
            before + delta,
            voucher.cumulative,
            payer.balance
        );
        SETTLEMENT.fund{value: delta}(voucher.serviceId);
    }

    /// @notice Asks for money back. It stays good for vouchers until it is withdrawn. Asking again
    /// adds to what thaws and starts its clock anew. Only the payer.
    /// @param payerId The payer.
    /// @param amount How much, in wei.
    function thaw(uint64 payerId, uint128 amount) external {
        _requirePayer(payerId);
        if (amount == 0) revert ZeroAmount();
        Payer storage payer = _payers[payerId];
        uint128 free = payer.balance - payer.thawing;
        if (amount > free) revert InsufficientBalance(payerId, free, amount);
        payer.thawing += amount;
        payer.thawedAt = uint64(block.timestamp) + thawPeriod;
        emit ThawStarted(payerId, 0, amount, payer.thawing, payer.thawedAt);
    }

    /// @notice Sends what has thawed to the payer. Only the payer; never paused.
    /// @param payerId The payer.
    /// @return amount The wei sent.
    function withdraw(uint64 payerId) external nonReentrant returns (uint128 amount) {
        _requirePayer(payerId);
        Payer storage payer = _payers[payerId];
        amount = payer.thawing;
        if (amount == 0) revert NothingThawed(payerId);
        if (block.timestamp < payer.thawedAt) revert StillThawing(payerId, payer.thawedAt);
        payer.thawing = 0;
        payer.thawedAt = 0;
        payer.balance -= amount;
        payer.withdrawn += amount;
        totalBalance -= amount;
        emit Withdrawn(payerId, 0, msg.sender, amount, payer.withdrawn, payer.balance);
        Address.sendValue(payable(msg.sender), amount);
    }

    /// @notice Sets the thaw period within its bounds. Only governance.
    function setThawPeriod(uint64 value) external onlyOwner {
        _setThawPeriod(value);
    }

    /// @notice Stops deposits and collections; withdrawals go on. Only governance.
    function pause() external onlyOwner {
        _pause();
    }

    /// @notice Ends a pause. Only governance.
    function unpause() external onlyOwner {
        _unpause();
    }

    /// @notice What a payer has here.
    function payerOf(uint64 payerId) external view returns (Payer memory) {
        return _payers[payerId];
    }

    /// @notice What a payer has here beyond what thaws.
    function available(uint64 payerId) external view returns (uint128) {
        Payer storage payer = _payers[payerId];
        return payer.balance - payer.thawing;
    }

    /// @notice What was collected from a payer for a service.
    function collectedOf(uint64 payerId, uint16 serviceId) external view returns (Collected memory) {
        return _collected[payerId][serviceId];
    }

    /// @notice What a key may spend and has spent.
    function signerOf(uint64 payerId, uint16 serviceId, address signer)
        external
        view
        returns (Signer memory)
    {
        return _signers[payerId][serviceId][signer];
    }

    /// @notice The digest that is signed for a voucher.
    function voucherDigest(Voucher calldata voucher) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    VOUCHER_TYPEHASH,
                    voucher.payerId,
                    voucher.serviceId,
                    voucher.cumulative,
                    voucher.inferenceNo
                )
            )
        );
    }

    /// @dev Finds out who signed and counts the money against that key's cap.
    function _spend(Voucher calldata voucher, bytes calldata signature, uint128 delta)
        private
        returns (address signer)
    {
        uint64 payerId = voucher.payerId;
        uint16 serviceId = voucher.serviceId;
        bytes32 digest = voucherDigest(voucher);
        address owner = ACCOUNTS.ownerOf(payerId);
        ECDSA.RecoverError failure;
        (signer, failure,) = ECDSA.tryRecover(digest, signature);
        if (failure == ECDSA.RecoverError.NoError) {
            if (signer == owner) return signer;
            Signer storage entry = _signers[payerId][serviceId][signer];
            if (entry.cap != 0 && (entry.revokedAt == 0 || block.timestamp < entry.revokedAt)) {
                if (delta > entry.cap - entry.spent) {
                    revert CapExceeded(signer, entry.cap, entry.spent, delta);
                }
                entry.spent += delta;
                return signer;
            }
        }
        if (SignatureChecker.isValidERC1271SignatureNow(owner, digest, signature)) return owner;
        revert NotAuthorized(payerId, serviceId, signer);
    }

    function _setThawPeriod(uint64 value) private {
        if (value < MIN_THAW || value > MAX_THAW) revert OutOfBounds(value, MIN_THAW, MAX_THAW);
        emit ThawPeriodChanged(thawPeriod, value);
        thawPeriod = value;
    }

    function _requirePayer(uint64 payerId) private view {
        if (!ACCOUNTS.exists(payerId)) revert UnknownPayer(payerId);
        if (ACCOUNTS.ownerOf(payerId) != msg.sender) revert NotPayer(payerId, msg.sender);
    }
}
