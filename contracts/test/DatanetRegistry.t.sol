// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DatanetRegistry} from "../src/DatanetRegistry.sol";
import {Check} from "./support/Check.sol";
import {System} from "./support/System.sol";
import {vm} from "./support/Vm.sol";

contract DatanetRegistryTest is System {
    address private constant OWNER = address(0x0131);
    address private constant ALICE = address(0xa11);
    address private constant MALLORY = address(0x3a1);
    bytes32 private constant ROOT = keccak256("root");

    function setUp() public {
        deploySystem();
    }

    function test_recordsAreNumberedOverAllDatanets() public {
        uint64 one = _create(0);
        uint64 two = _create(0);
        vm.startPrank(ALICE);
        (uint64 firstId, uint64 first) = datanets.contribute(one, 3, 300, keccak256("a"), keccak256("m"));
        (uint64 secondId, uint64 second) = datanets.contribute(two, 2, 200, keccak256("b"), keccak256("m"));
        (, uint64 third) = datanets.contribute(one, 1, 100, keccak256("c"), keccak256("m"));
        vm.stopPrank();
        Check.eq(firstId, 1, "first contribution");
        Check.eq(secondId, 2, "second contribution");
        Check.eq(first, 1, "first record");
        Check.eq(second, 4, "fourth record");
        Check.eq(third, 6, "sixth record");
        Check.eq(datanets.datanet(one).lastRecordNo, 6, "newest of the first Datanet");
        Check.eq(datanets.datanet(two).lastRecordNo, 5, "newest of the second Datanet");
        Check.eq(datanets.contribution(2).accountId, accounts.accountOf(ALICE), "whose");
    }

    function test_contributionIsTold() public {
        uint64 id = _create(0);
        uint64 aliceId = accounts.register(ALICE);
        vm.expectEmit(address(datanets));
        emit DatanetRegistry.ContributionSubmitted(
            id, 1, aliceId, 1, 3, 300, ROOT, keccak256("m"), uint64(block.timestamp)
        );
        vm.prank(ALICE);
        datanets.contribute(id, 3, 300, ROOT, keccak256("m"));
    }

    function test_sameContentIsRefusedEverywhere() public {
        uint64 one = _create(0);
        uint64 two = _create(0);
        vm.prank(ALICE);
        datanets.contribute(one, 3, 300, ROOT, 0);
        vm.startPrank(MALLORY);
        bytes memory duplicate = abi.encodeWithSelector(DatanetRegistry.DuplicateContent.selector, ROOT, 1);
        vm.expectRevert(duplicate);
        datanets.contribute(one, 3, 300, ROOT, 0);
        vm.expectRevert(duplicate);
        datanets.contribute(two, 3, 300, ROOT, 0);
        vm.stopPrank();
    }

    function test_commitmentBeatsACopyThatCameFirst() public {
        uint64 id = _create(0);
        bytes32 commitment = keccak256(abi.encode(ALICE, ROOT, bytes32("nonce")));
        vm.prank(ALICE);
        datanets.commitContribution(commitment);
        uint64 committed = uint64(block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.AlreadyCommitted.selector, commitment));
        datanets.commitContribution(commitment);

        vm.warp(block.timestamp + 2);
        vm.prank(MALLORY);
        datanets.contribute(id, 3, 300, ROOT, 0);
        vm.prank(ALICE);
        (uint64 contributionId,) = datanets.contributeCommitted(id, 3, 300, ROOT, 0, "nonce");
        Check.eq(datanets.contribution(contributionId).priorityTime, committed, "priority");
        Check.eq(datanets.contributionOf(ROOT), contributionId, "holder of the content");
    }

    function test_commitmentIsOnesOwnAndOlderThanTheBlock() public {
        uint64 id = _create(0);
        bytes32 commitment = keccak256(abi.encode(ALICE, ROOT, bytes32("nonce")));
        vm.prank(ALICE);
        datanets.commitContribution(commitment);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.NotCommitted.selector, commitment));
        datanets.contributeCommitted(id, 3, 300, ROOT, 0, "nonce");
        vm.warp(block.timestamp + 2);
        vm.prank(MALLORY);
        vm.expectPartialRevert(DatanetRegistry.NotCommitted.selector);
        datanets.contributeCommitted(id, 3, 300, ROOT, 0, "nonce");
    }

    function test_whatIsNotSupportedIsRefusedWithTheReason() public {
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.UnsupportedModality.selector, 1));
        datanets.create(0, 1, 0, "");
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.UnknownAccess.selector, 3));
        datanets.create(3, 0, 0, "");
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.UnknownDatanet.selector, 9));
        datanets.contribute(9, 1, 1, ROOT, 0);
        uint64 id = _create(0);
        vm.expectRevert(DatanetRegistry.EmptyContribution.selector);
        datanets.contribute(id, 0, 1, ROOT, 0);
        vm.expectRevert(DatanetRegistry.EmptyContribution.selector);
        datanets.contribute(id, 1, 1, 0, 0);
    }

    function test_curatedDatanetTakesFromGrantees() public {
        uint64 id = _create(1);
        bytes memory refused = abi.encodeWithSelector(DatanetRegistry.NotPermitted.selector, id, ALICE, 1);
        vm.prank(ALICE);
        vm.expectRevert(refused);
        datanets.contribute(id, 1, 1, ROOT, 0);

        uint64 from = uint64(block.timestamp) + 10;
        vm.prank(OWNER);
        datanets.grantAccess(id, ALICE, 1, from, from + 10, 0);
        vm.prank(ALICE);
        vm.expectRevert(refused);
        datanets.contribute(id, 1, 1, ROOT, 0);
        vm.warp(from);
        vm.prank(ALICE);
        datanets.contribute(id, 1, 1, ROOT, 0);
        vm.warp(from + 10);
        vm.prank(ALICE);
        vm.expectRevert(refused);
        datanets.contribute(id, 1, 1, keccak256("b"), 0);
        vm.prank(OWNER);
        datanets.contribute(id, 1, 1, keccak256("c"), 0);
        require(datanets.mayRead(id, MALLORY), "anyone trains on a curated Datanet");
    }

    function test_privateDatanetIsReadByGrantees() public {
        uint64 id = _create(2);
        require(!datanets.mayRead(id, ALICE), "no grant yet");
        require(datanets.mayRead(id, OWNER), "the owner");
        vm.startPrank(OWNER);
        datanets.grantAccess(id, ALICE, 0, 0, uint64(block.timestamp) + 10, keccak256("key"));
        require(datanets.mayRead(id, ALICE), "granted");
        datanets.revokeAccess(id, ALICE, 0);
        require(!datanets.mayRead(id, ALICE), "revoked");
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.EmptyGrant.selector, 0, block.timestamp));
        datanets.grantAccess(id, ALICE, 0, 0, uint64(block.timestamp), 0);
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.UnknownScope.selector, 3));
        datanets.grantAccess(id, ALICE, 3, 0, uint64(block.timestamp) + 1, 0);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.NotDatanetOwner.selector, id, address(this)));
        datanets.grantAccess(id, ALICE, 0, 0, uint64(block.timestamp) + 1, 0);
    }

    function test_ownerAndCuratorsReview() public {
        uint64 id = _create(0);
        vm.prank(ALICE);
        datanets.contribute(id, 1, 1, ROOT, 0);
        vm.prank(MALLORY);
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.NotPermitted.selector, id, MALLORY, 2));
        datanets.review(1, 1, 900_000, 0);

        vm.prank(OWNER);
        datanets.grantAccess(id, MALLORY, 2, 0, uint64(block.timestamp) + 10, 0);
        uint64 curatorId = accounts.register(MALLORY);
        vm.expectEmit(address(datanets));
        emit DatanetRegistry.ContributionReviewed(1, curatorId, 1, 900_000, keccak256("why"));
        vm.prank(MALLORY);
        datanets.review(1, 1, 900_000, keccak256("why"));

        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.QualityTooHigh.selector, 1_000_001));
        datanets.review(1, 1, 1_000_001, 0);
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.UnknownVerdict.selector, 2));
        datanets.review(1, 2, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(DatanetRegistry.UnknownContribution.selector, 2));
        datanets.review(2, 1, 0, 0);
        vm.stopPrank();
    }

    function _create(uint8 access) private returns (uint64) {
        vm.prank(OWNER);
        return datanets.create(access, 0, keccak256("meta"), "ipfs://meta");
    }
}
