// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title AccountRegistry
/// @notice Everyone who can be paid is an account with a dense number. An account has an owner, who
/// acts for it in the other contracts and never changes, and a payee, to whom its money goes and
/// whom the owner may change at any time, so that a payout address is looked up when it is used.
/// @dev Accounts 1 (treasury), 2 (commons), 3 (base model) and 4 to 15 (reserved) belong to the
/// treasury from the first block on; governance, which owns the treasury, sets their payees.
contract AccountRegistry {
    /// @param owner Who acts for the account.
    /// @param payee Who receives its money.
    struct Account {
        address owner;
        address payee;
    }

    /// @notice The account of the treasury.
    uint64 public constant TREASURY = 1;
    /// @notice The account of what could be attributed to nobody.
    uint64 public constant COMMONS = 2;
    /// @notice The account of the base model.
    uint64 public constant BASE_MODEL = 3;
    /// @notice The last number that is given to no person.
    uint64 public constant LAST_RESERVED = 15;

    /// @notice The newest account number.
    uint64 public lastAccountId;

    mapping(uint64 accountId => Account) private _accounts;
    mapping(address owner => uint64 accountId) private _accountOf;

    /// @notice A new account; its first payee is also its owner.
    event AccountRegistered(uint64 indexed accountId, address indexed payee);
    /// @notice The money of an account goes to another address from now on.
    event PayeeChanged(uint64 indexed accountId, address indexed previous, address indexed payee);

    /// @notice No account has this number.
    error UnknownAccount(uint64 accountId);
    /// @notice Only the owner of the account may do this.
    error NotAccountOwner(uint64 accountId, address caller);
    /// @notice The zero address can own nothing and be paid nothing.
    error ZeroAddress();

    /// @param treasury Owner and first payee of accounts 1 to 15 (the timelock).
    constructor(address treasury) {
        if (treasury == address(0)) revert ZeroAddress();
        for (uint64 accountId = 1; accountId <= LAST_RESERVED; ++accountId) {
            _accounts[accountId] = Account({owner: treasury, payee: treasury});
            emit AccountRegistered(accountId, treasury);
        }
        _accountOf[treasury] = TREASURY;
        lastAccountId = LAST_RESERVED;
    }

    /// @notice Gives `payee` an account, or returns the one it owns already. Anyone may call it for
    /// anyone: the account belongs to `payee` alone.
    /// @param payee Owner and first payee of the account.
    /// @return accountId The number of the account.
    function register(address payee) public returns (uint64 accountId) {
        if (payee == address(0)) revert ZeroAddress();
        accountId = _accountOf[payee];
        if (accountId != 0) return accountId;
        accountId = ++lastAccountId;
        _accounts[accountId] = Account({owner: payee, payee: payee});
        _accountOf[payee] = accountId;
        emit AccountRegistered(accountId, payee);
    }

    /// @notice `register` for many at once.
    /// @param payees Owners and first payees.
    /// @return accountIds Their accounts, in the same order.
    function registerMany(address[] calldata payees) external returns (uint64[] memory accountIds) {
        accountIds = new uint64[](payees.length);
        for (uint256 i = 0; i < payees.length; ++i) {
            accountIds[i] = register(payees[i]);
        }
    }

    /// @notice Sends the account's money elsewhere from now on. Only its owner.
    /// @param accountId The account.
    /// @param payee The new receiver.
    function setPayee(uint64 accountId, address payee) external {
        if (payee == address(0)) revert ZeroAddress();
        Account storage account = _existing(accountId);
        if (msg.sender != account.owner) revert NotAccountOwner(accountId, msg.sender);
        address previous = account.payee;
        account.payee = payee;
        emit PayeeChanged(accountId, previous, payee);
    }

    /// @notice The account that an address owns, 0 if none.
    function accountOf(address owner) external view returns (uint64) {
        return _accountOf[owner];
    }

    /// @notice Who acts for an account.
    function ownerOf(uint64 accountId) external view returns (address) {
        return _existing(accountId).owner;
    }

    /// @notice Who receives an account's money now.
    function payeeOf(uint64 accountId) external view returns (address) {
        return _existing(accountId).payee;
    }

    /// @notice Whether the number was given out.
    function exists(uint64 accountId) external view returns (bool) {
        return accountId != 0 && accountId <= lastAccountId;
    }

    function _existing(uint64 accountId) private view returns (Account storage) {
        if (accountId == 0 || accountId > lastAccountId) revert UnknownAccount(accountId);
        return _accounts[accountId];
    }
}
