// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ParamRegistry} from "../src/ParamRegistry.sol";
import {Check} from "./support/Check.sol";
import {System} from "./support/System.sol";
import {vm} from "./support/Vm.sol";

contract ParamRegistryTest is System {
    function setUp() public {
        deploySystem();
    }

    function test_firstVersionIsComplete() public view {
        Check.eq(params.versionAt(1), 1, "version of epoch 1");
        Check.eq(params.valueOf(1, SPLIT_A), 6_000, "split a");
        (bytes32[] memory keys, uint256[] memory values) = params.valuesOf(1);
        Check.eq(keys.length, 3, "keys");
        Check.eq(values[2], 100, "rate");
    }

    function test_newVersionTakesEffectInTheFuture() public {
        uint32 version = _schedule(RATE, 200, 5);
        Check.eq(version, 2, "version");
        Check.eq(params.versionAt(4), 1, "before");
        Check.eq(params.versionAt(5), 2, "from then on");
        Check.eq(params.versionAt(100), 2, "later");
        Check.eq(params.valueOf(1, RATE), 100, "the old version stays");
        Check.eq(params.valueOf(2, RATE), 200, "changed");
        Check.eq(params.valueOf(2, SPLIT_B), 4_000, "kept");
    }

    function test_neverTheOpenEpochAndNeverBeforeAnEarlierVersion() public {
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.EpochTooEarly.selector, 1, 2));
        _schedule(RATE, 200, 1);
        _schedule(RATE, 200, 5);
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.EpochTooEarly.selector, 4, 5));
        _schedule(RATE, 300, 4);
    }

    function test_boundsHold() public {
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.OutOfBounds.selector, RATE, 9, 10, 1_000));
        _schedule(RATE, 9, 5);
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.OutOfBounds.selector, RATE, 1_001, 10, 1_000));
        _schedule(RATE, 1_001, 5);
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.UnknownKey.selector, bytes32("x")));
        _schedule(bytes32("x"), 1, 5);
    }

    function test_wholesHold() public {
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.WrongTotal.selector, 0, 11_000, 10_000));
        _schedule(SPLIT_A, 7_000, 5);
        bytes32[] memory keys = new bytes32[](2);
        keys[0] = SPLIT_A;
        keys[1] = SPLIT_B;
        uint256[] memory values = new uint256[](2);
        values[0] = 7_000;
        values[1] = 3_000;
        vm.prank(address(timelock));
        params.schedule(keys, values, 5);
        Check.eq(params.valueOf(2, SPLIT_A), 7_000, "split a");
    }

    function test_onlyGovernanceSchedules() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        params.schedule(new bytes32[](1), new uint256[](1), 5);
        vm.prank(address(timelock));
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.LengthMismatch.selector, 1, 2));
        params.schedule(new bytes32[](1), new uint256[](2), 5);
    }

    function test_unknownVersions() public {
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.UnknownVersion.selector, 2));
        params.valueOf(2, RATE);
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.UnknownVersion.selector, 0));
        params.valuesOf(0);
    }

    function _schedule(bytes32 key, uint256 value, uint64 effectiveFrom) private returns (uint32) {
        bytes32[] memory keys = new bytes32[](1);
        keys[0] = key;
        uint256[] memory values = new uint256[](1);
        values[0] = value;
        vm.prank(address(timelock));
        return params.schedule(keys, values, effectiveFrom);
    }
}
