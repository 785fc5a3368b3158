// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title GOpen
/// @notice Native OPEN wrapped one to one into a token that votes. Votes count once they are
/// delegated, to oneself or to another, and are read at past timestamps, so coins that were wrapped,
/// or borrowed, after a proposal's snapshot have no say in it.
/// @dev Owned by nobody: no pause, no mint beyond deposits, no upgrade.
contract GOpen is ERC20, ERC20Permit, ERC20Votes {
    /// @notice OPEN was wrapped.
    event Deposit(address indexed account, uint256 amount);
    /// @notice OPEN was unwrapped.
    event Withdrawal(address indexed account, address indexed to, uint256 amount);

    constructor() ERC20("Governance OPEN", "gOPEN") ERC20Permit("Governance OPEN") {}

    /// @notice Plain transfers of OPEN wrap it for their sender.
    receive() external payable {
        depositFor(msg.sender);
    }

    /// @notice Wraps the OPEN that comes with the call.
    function deposit() external payable {
        depositFor(msg.sender);
    }

    /// @notice Wraps the OPEN that comes with the call for somebody else.
    /// @param account Who gets the gOPEN.
    function depositFor(address account) public payable {
        _mint(account, msg.value);
        emit Deposit(account, msg.value);
    }

    /// @notice Unwraps gOPEN of the caller.
    /// @param amount How much, in wei.
    function withdraw(uint256 amount) external {
        withdrawTo(payable(msg.sender), amount);
    }

    /// @notice Unwraps gOPEN of the caller and sends the OPEN to somebody else.
    /// @param to Who gets the OPEN.
    /// @param amount How much, in wei.
    function withdrawTo(address payable to, uint256 amount) public {
        _burn(msg.sender, amount);
        emit Withdrawal(msg.sender, to, amount);
        Address.sendValue(to, amount);
    }

    /// @notice The clock of votes: seconds, since the block time of an L2 may change (ERC-6372).
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice The clock's description (ERC-6372).
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc ERC20Permit
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
