// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {GOpen} from "../src/GOpen.sol";
import {Check} from "./support/Check.sol";
import {vm} from "./support/Vm.sol";

contract GOpenTest {
    GOpen private token;
    address private holder = address(0x401de4);

    function setUp() public {
        token = new GOpen();
        vm.warp(1_800_000_000);
        vm.deal(holder, 100 ether);
    }

    function testFuzz_wrapsAndUnwrapsOneToOne(uint96 amount, uint96 back) public {
        vm.deal(holder, amount);
        vm.assume(back <= amount);
        vm.startPrank(holder);
        token.deposit{value: amount}();
        Check.eq(token.balanceOf(holder), amount, "wrapped");
        token.withdraw(back);
        vm.stopPrank();
        Check.eq(token.totalSupply(), amount - back, "supply");
        Check.eq(address(token).balance, amount - back, "coins behind it");
        Check.eq(holder.balance, back, "coins back");
    }

    function test_plainTransferWraps() public {
        vm.prank(holder);
        (bool success,) = address(token).call{value: 3 ether}("");
        require(success, "transfer failed");
        Check.eq(token.balanceOf(holder), 3 ether, "wrapped");
    }

    function test_unwrapsNoMoreThanIsThere() public {
        vm.startPrank(holder);
        token.deposit{value: 1 ether}();
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientBalance.selector);
        token.withdraw(1 ether + 1);
        vm.stopPrank();
    }

    function test_votesOfTheSameSecondDoNotCountForIt() public {
        vm.startPrank(holder);
        token.delegate(holder);
        uint256 before = block.timestamp;
        vm.warp(before + 10);
        token.deposit{value: 100 ether}();
        token.withdraw(100 ether);
        vm.stopPrank();
        vm.warp(before + 20);
        Check.eq(token.getPastVotes(holder, before + 10), 0, "votes of a wrap that was undone at once");
    }

    function test_clockIsTime() public view {
        Check.eq(token.clock(), block.timestamp, "clock");
        Check.eq(keccak256(bytes(token.CLOCK_MODE())), keccak256("mode=timestamp"), "mode");
    }
}
