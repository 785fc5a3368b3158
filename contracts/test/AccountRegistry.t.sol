// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountRegistry} from "../src/AccountRegistry.sol";
import {Check} from "./support/Check.sol";
import {vm} from "./support/Vm.sol";

contract AccountRegistryTest {
    AccountRegistry private accounts;
    address private treasury = address(0x77ea);

    function setUp() public {
        accounts = new AccountRegistry(treasury);
    }

    function test_reservedAccountsBelongToTheTreasury() public {
        for (uint64 id = 1; id <= 15; ++id) {
            Check.eq(accounts.ownerOf(id), treasury, "owner");
            Check.eq(accounts.payeeOf(id), treasury, "payee");
        }
        Check.eq(accounts.accountOf(treasury), 1, "the treasury's account");
        Check.eq(accounts.register(address(0xabc)), 16, "first number of a person");
        vm.prank(treasury);
        accounts.setPayee(3, address(0xba5e));
        Check.eq(accounts.payeeOf(3), address(0xba5e), "payee of the base model");
    }

    function test_registeringTwiceGivesTheSame() public {
        uint64 first = accounts.register(address(0xabc));
        Check.eq(accounts.register(address(0xabc)), first, "again");
        Check.eq(accounts.lastAccountId(), first, "newest");
        address[] memory payees = new address[](3);
        payees[0] = address(0xdef);
        payees[1] = address(0xabc);
        payees[2] = address(0xdef);
        uint64[] memory ids = accounts.registerMany(payees);
        Check.eq(ids[0], first + 1, "new one");
        Check.eq(ids[1], first, "known one");
        Check.eq(ids[2], first + 1, "new one again");
    }

    function test_onlyTheOwnerMovesThePayee() public {
        uint64 id = accounts.register(address(0xabc));
        vm.prank(address(0xabc));
        accounts.setPayee(id, address(0xdef));
        Check.eq(accounts.payeeOf(id), address(0xdef), "payee");
        // The payee is paid, but does not act for the account.
        vm.prank(address(0xdef));
        vm.expectRevert(abi.encodeWithSelector(AccountRegistry.NotAccountOwner.selector, id, address(0xdef)));
        accounts.setPayee(id, address(0x123));
        vm.prank(address(0xabc));
        vm.expectRevert(AccountRegistry.ZeroAddress.selector);
        accounts.setPayee(id, address(0));
    }

    function test_unknownAccounts() public {
        vm.expectRevert(abi.encodeWithSelector(AccountRegistry.UnknownAccount.selector, 0));
        accounts.payeeOf(0);
        vm.expectRevert(abi.encodeWithSelector(AccountRegistry.UnknownAccount.selector, 16));
        accounts.ownerOf(16);
        require(!accounts.exists(0) && accounts.exists(15) && !accounts.exists(16), "exists");
        vm.expectRevert(AccountRegistry.ZeroAddress.selector);
        accounts.register(address(0));
    }
}
