// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../src/ModelRegistry.sol";
import {Check} from "./support/Check.sol";
import {System} from "./support/System.sol";
import {vm} from "./support/Vm.sol";

contract ModelRegistryTest is System {
    address private constant BUILDER = address(0xb17d);
    uint64 private openNet;
    uint64 private privateNet;
    uint64 private base;

    function setUp() public {
        deploySystem();
        openNet = datanets.create(0, 0, 0, "");
        privateNet = datanets.create(2, 0, 0, "");
        datanets.contribute(openNet, 3, 300, keccak256("a"), 0);
        datanets.contribute(privateNet, 2, 200, keccak256("b"), 0);
        vm.prank(BUILDER);
        base = models.register(0, 0, keccak256("base"), 0, new ModelRegistry.Snapshot[](0));
    }

    function test_adapterTellsWhatItWasTrainedOn() public {
        uint64 ownerId = accounts.accountOf(BUILDER);
        vm.expectEmit(address(models));
        emit ModelRegistry.ModelRegistered(2, ownerId, base, 1, keccak256("adapter"), keccak256("manifest"));
        vm.expectEmit(address(models));
        emit ModelRegistry.ModelTrainedOn(2, openNet, keccak256("snapshot"), 3);
        vm.prank(BUILDER);
        uint64 id =
            models.register(base, 1, keccak256("adapter"), keccak256("manifest"), _snapshots(openNet, 3));
        Check.eq(models.model(id).parentId, base, "parent");
        Check.eq(models.modelOf(keccak256("adapter")), id, "by weights");
    }

    function test_sameWeightsAreRefused() public {
        vm.expectRevert(
            abi.encodeWithSelector(ModelRegistry.DuplicateModel.selector, keccak256("base"), base)
        );
        models.register(0, 0, keccak256("base"), 0, new ModelRegistry.Snapshot[](0));
        vm.expectRevert(ModelRegistry.ZeroHash.selector);
        models.register(0, 0, 0, 0, new ModelRegistry.Snapshot[](0));
    }

    function test_linesHaveABaseAndAnEnd() public {
        ModelRegistry.Snapshot[] memory none = new ModelRegistry.Snapshot[](0);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.WrongParent.selector, 1, 0));
        models.register(0, 1, keccak256("x"), 0, none);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.WrongParent.selector, 0, base));
        models.register(base, 0, keccak256("x"), 0, none);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.UnknownModel.selector, 2));
        models.register(2, 1, keccak256("x"), 0, none);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.UnknownKind.selector, 2));
        models.register(0, 2, keccak256("x"), 0, none);
        uint64 parent = base;
        for (uint256 i = 0; i < 8; ++i) {
            parent = models.register(parent, 1, keccak256(abi.encode("line", i)), 0, none);
        }
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.TooDeep.selector, parent, 8));
        models.register(parent, 1, keccak256("x"), 0, none);
    }

    function test_snapshotsAreOfRecordsThatExist() public {
        vm.startPrank(BUILDER);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.SnapshotAhead.selector, openNet, 4));
        models.register(base, 1, keccak256("x"), 0, _snapshots(openNet, 4));
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.SnapshotAhead.selector, openNet, 0));
        models.register(base, 1, keccak256("x"), 0, _snapshots(openNet, 0));
        ModelRegistry.Snapshot[] memory twice = new ModelRegistry.Snapshot[](2);
        twice[0] = _snapshots(openNet, 3)[0];
        twice[1] = twice[0];
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.SnapshotsNotSorted.selector, openNet));
        models.register(base, 1, keccak256("x"), 0, twice);
        vm.stopPrank();
    }

    function test_privateDatanetsNeedAGrant() public {
        vm.prank(BUILDER);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.NotPermitted.selector, privateNet, BUILDER));
        models.register(base, 1, keccak256("x"), 0, _snapshots(privateNet, 5));
        datanets.grantAccess(privateNet, BUILDER, 0, 0, uint64(block.timestamp) + 1, 0);
        vm.prank(BUILDER);
        models.register(base, 1, keccak256("x"), 0, _snapshots(privateNet, 5));
    }

    function testFuzz_stakesComeBack(uint96 stakeOne, uint96 stakeTwo, uint96 back) public {
        vm.assume(stakeOne > 0 && stakeTwo > 0 && back > 0 && back <= stakeOne);
        _stake(address(0x1111), stakeOne);
        _stake(address(0x2222), stakeTwo);
        Check.eq(models.totalStake(base), uint256(stakeOne) + stakeTwo, "together");
        uint64 one = accounts.accountOf(address(0x1111));
        vm.expectEmit(address(models));
        emit ModelRegistry.StakeChanged(base, one, -int256(uint256(back)), stakeOne - back);
        vm.prank(address(0x1111));
        models.unstake(base, back);
        Check.eq(address(0x1111).balance, back, "back");
        Check.eq(models.stakeOf(base, one), stakeOne - back, "left");
        Check.eq(address(models).balance, models.totalStake(base), "coins behind it");
    }

    function test_unstakesNoMoreThanWasStaked() public {
        _stake(address(0x1111), 10);
        uint64 one = accounts.accountOf(address(0x1111));
        vm.prank(address(0x1111));
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.InsufficientStake.selector, base, one, 10, 11));
        models.unstake(base, 11);
        vm.prank(address(0x2222));
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.InsufficientStake.selector, base, 0, 0, 1));
        models.unstake(base, 1);
        vm.expectRevert(ModelRegistry.ZeroAmount.selector);
        models.stake(base);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.UnknownModel.selector, 9));
        models.stake(9);
    }

    function _stake(address who, uint96 amount) private {
        vm.deal(who, amount);
        vm.prank(who);
        models.stake{value: amount}(base);
    }

    function _snapshots(uint64 datanetId, uint64 last)
        private
        pure
        returns (ModelRegistry.Snapshot[] memory list)
    {
        list = new ModelRegistry.Snapshot[](1);
        list[0] = ModelRegistry.Snapshot({
            datanetId: datanetId, snapshotRoot: keccak256("snapshot"), lastRecordNo: last
        });
    }
}
