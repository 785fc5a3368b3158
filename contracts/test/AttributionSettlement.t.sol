// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {AttributionSettlement} from "../src/AttributionSettlement.sol";
import {MerkleSum} from "../src/libraries/MerkleSum.sol";
import {Check} from "./support/Check.sol";
import {BombingPayee, BurningPayee, ReenteringPayee, RefusingPayee} from "./support/Payees.sol";
import {SumTree} from "./support/SumTree.sol";
import {System} from "./support/System.sol";
import {vm} from "./support/Vm.sol";

contract AttributionSettlementTest is System {
    using SumTree for SumTree.Tree;

    address private constant ALICE = address(0xa11);
    address private constant BOB = address(0xb0b);
    address private constant STRANGER = address(0x5742);
    uint64 private alice;
    uint64 private bob;

    function setUp() public {
        deploySystem();
        alice = accounts.register(ALICE);
        bob = accounts.register(BOB);
    }

    // ---------------------------------------------------------------- services and batches

    function test_onlyTheRegistrarRegistersAndOnlyOne() public {
        vm.prank(registrar);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.ServiceExists.selector, 1));
        settlement.registerService(STRANGER, 1);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotPermitted.selector, STRANGER));
        settlement.registerService(STRANGER, 1);
    }

    function test_onlyTheServicesKeyCommits() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotPermitted.selector, STRANGER));
        settlement.commitBatch(SERVICE, 1, FIRST_INFERENCE, 1, 5, 0, 0, 1, 0);

        vm.prank(registrar);
        settlement.setServiceSigner(SERVICE, STRANGER);
        vm.prank(service);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotPermitted.selector, service));
        settlement.commitBatch(SERVICE, 1, FIRST_INFERENCE, 1, 5, 0, 0, 1, 0);
        vm.prank(STRANGER);
        settlement.commitBatch(SERVICE, 1, FIRST_INFERENCE, 1, 5, 0, 0, 1, 0);
    }

    function test_batchIsToldWithItsCumulative() public {
        commitNext(7);
        vm.expectEmit(address(settlement));
        emit AttributionSettlement.InferenceBatchCommitted(
            SERVICE, 2, FIRST_INFERENCE + 1, 3, 5, 12, "r", "a", 1, "d"
        );
        vm.prank(service);
        settlement.commitBatch(SERVICE, 2, FIRST_INFERENCE + 1, 3, 5, "r", "a", 1, "d");
        Check.eq(settlement.nextInferenceNo(SERVICE), FIRST_INFERENCE + 4, "next answer");
        Check.eq(
            settlement.batch(SERVICE, 2).digest,
            keccak256(
                abi.encode(
                    uint16(1),
                    uint64(2),
                    FIRST_INFERENCE + 1,
                    uint32(3),
                    uint128(5),
                    bytes32("r"),
                    bytes32("a"),
                    uint32(1),
                    bytes32("d")
                )
            ),
            "digest"
        );
    }

    function test_whatFollowsTheArgumentsChangesNothing() public {
        bytes memory arguments = abi.encode(
            SERVICE,
            uint64(1),
            FIRST_INFERENCE,
            uint32(1),
            uint128(5),
            bytes32("r"),
            bytes32("a"),
            uint32(1),
            bytes32("d")
        );
        vm.prank(service);
        (bool success,) = address(settlement)
            .call(
                bytes.concat(AttributionSettlement.commitBatch.selector, arguments, "the commitment itself")
            );
        require(success, "refused");
        Check.eq(settlement.batch(SERVICE, 1).digest, keccak256(arguments), "digest");
    }

    function test_batchesHaveNoGapsAndNoRepeats() public {
        vm.startPrank(service);
        settlement.commitBatch(SERVICE, 1, FIRST_INFERENCE, 10, 5, 0, 0, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongBatch.selector, 1, 2));
        settlement.commitBatch(SERVICE, 1, FIRST_INFERENCE, 10, 5, 0, 0, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongBatch.selector, 3, 2));
        settlement.commitBatch(SERVICE, 3, FIRST_INFERENCE + 10, 10, 5, 0, 0, 1, 0);
        bytes memory wrong = abi.encodeWithSelector(
            AttributionSettlement.WrongInference.selector, FIRST_INFERENCE + 9, FIRST_INFERENCE + 10
        );
        vm.expectRevert(wrong);
        settlement.commitBatch(SERVICE, 2, FIRST_INFERENCE + 9, 10, 5, 0, 0, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.EmptyBatch.selector, 2));
        settlement.commitBatch(SERVICE, 2, FIRST_INFERENCE + 10, 0, 5, 0, 0, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.UnknownService.selector, 2));
        settlement.commitBatch(2, 1, FIRST_INFERENCE, 1, 5, 0, 0, 1, 0);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- parameter versions

    function test_versionsApplyFromTheirEpochOnAndNeverFall() public {
        _scheduleRate(2);
        _expectWrongParams(2, 0, 1);
        _expectWrongParams(0, 0, 1);
        settleTo(_earned(10, 0));
        // Epoch 2 is open: its version is in effect, and the one before may still come in first.
        _commitWith(1, 1);
        _commitWith(2, 1);
        _expectWrongParams(1, 2, 2);
        _expectWrongParams(3, 2, 2);
    }

    function test_anEpochHasOneVersion() public {
        _scheduleRate(2);
        settleTo(_earned(10, 0));
        _commitWith(1, 1);
        _commitWith(2, 1);
        collect(12);
        SumTree.Tree memory tree = SumTree.build(_earned(12, 0));
        vm.startPrank(service);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.MixedParams.selector, 2, 2));
        settlement.postEpoch(2, 2, 3, tree.root().hash, 12, 5, 2, 0);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.MixedParams.selector, 2, 1));
        settlement.postEpoch(2, 2, 3, tree.root().hash, 12, 5, 1, 0);
        tree = SumTree.build(_earned(11, 0));
        settlement.postEpoch(2, 2, 2, tree.root().hash, 11, 5, 1, 0);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- posting

    function test_postingIsThePosters() public {
        collect(5);
        commitNext(5);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotPermitted.selector, STRANGER));
        settlement.postEpoch(1, 1, 1, 0, 5, 5, 1, 0);
        vm.prank(address(timelock));
        settlement.setPoster(STRANGER);
        vm.prank(STRANGER);
        settlement.postEpoch(1, 1, 1, 0, 5, 5, 1, 0);
    }

    function test_epochIsTold() public {
        collect(5);
        commitNext(5);
        vm.expectEmit(address(settlement));
        emit AttributionSettlement.EpochPosted(1, 1, 1, "root", 5, 1, "da", uint64(block.timestamp) + WINDOW);
        vm.prank(service);
        settlement.postEpoch(1, 1, 1, "root", 5, 5, 1, "da");
    }

    function test_epochsAndTheirBatchesComeInOrder() public {
        settleTo(_earned(5, 5));
        collect(30);
        commitNext(10);
        commitNext(10);
        vm.startPrank(service);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongEpoch.selector, 1, 2));
        settlement.postEpoch(1, 2, 3, 0, 30, 5, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongEpoch.selector, 3, 2));
        settlement.postEpoch(3, 2, 3, 0, 30, 5, 1, 0);
        // A batch left out, one that is paid already, one that is not there, none at all.
        _expectWrongRange(3, 3);
        _expectWrongRange(1, 3);
        _expectWrongRange(2, 4);
        _expectWrongRange(2, 1);
        settlement.postEpoch(2, 2, 3, 0, 30, 5, 1, 0);
        vm.stopPrank();
    }

    function testFuzz_sumIsTheFeesOfItsBatches(uint64 one, uint64 two, uint128 claimed) public {
        vm.assume(one > 0 && two > 0 && claimed != uint128(one) + two);
        collect(uint128(one) + two);
        commitNext(one);
        commitNext(two);
        vm.startPrank(service);
        vm.expectRevert(
            abi.encodeWithSelector(AttributionSettlement.WrongSum.selector, claimed, uint128(one) + two)
        );
        settlement.postEpoch(1, 1, 2, 0, claimed, 5, 1, 0);
        settlement.postEpoch(1, 1, 2, 0, uint128(one) + two, 5, 1, 0);
        vm.stopPrank();
    }

    function test_feesMustBeCollectedFirst() public {
        collect(9);
        commitNext(10);
        vm.startPrank(service);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotCollected.selector, 10, 9));
        settlement.postEpoch(1, 1, 1, 0, 10, 5, 1, 0);
        vm.stopPrank();
        collect(10);
        vm.prank(service);
        settlement.postEpoch(1, 1, 1, 0, 10, 5, 1, 0);
    }

    function test_treesDoNotGetShallower() public {
        settleTo(_earned(5, 5));
        collect(20);
        commitNext(10);
        vm.startPrank(service);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongDepth.selector, 4, 5));
        settlement.postEpoch(2, 2, 2, 0, 20, 4, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongDepth.selector, 65, 5));
        settlement.postEpoch(2, 2, 2, 0, 20, 65, 1, 0);
        vm.stopPrank();
    }

    function test_onlyTheEscrowFunds() public {
        vm.deal(address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotPermitted.selector, address(this)));
        settlement.fund{value: 1}(SERVICE);
        (bool success,) = address(settlement).call{value: 1}("");
        require(!success, "took money that nobody is owed");
    }

    // ---------------------------------------------------------------- activation and disabling

    function test_paysFromTheSecondOfActivation() public {
        (uint64 id, SumTree.Tree memory tree) = settleTo(_earned(10, 20));
        uint256 activatesAt = block.timestamp + WINDOW;
        vm.warp(activatesAt - 1);
        require(!settlement.isActive(id), "active too early");
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotActive.selector, id, activatesAt));
        settlement.claimFor(id, alice, 10, tree.proof(alice));
        vm.warp(activatesAt);
        require(settlement.isActive(id), "not active in time");
        settlement.claimFor(id, alice, 10, tree.proof(alice));
        Check.eq(ALICE.balance, 10, "paid");
    }

    function test_guardianDisablesUntilActivation() public {
        (uint64 id,) = settleTo(_earned(10, 20));
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotPermitted.selector, STRANGER));
        settlement.disableEpoch(id, "wrong");
        vm.warp(block.timestamp + WINDOW);
        vm.prank(guardian);
        vm.expectRevert(
            abi.encodeWithSelector(AttributionSettlement.AlreadyActive.selector, id, block.timestamp)
        );
        settlement.disableEpoch(id, "wrong");
    }

    /// Cutting off an epoch cuts off all that stand on its sum; their batches are settled anew.
    function test_disablingCutsTheChainAndOpensTheBatches() public {
        (uint64 first, SumTree.Tree memory firstTree) = settleTo(_earned(10, 20));
        vm.warp(block.timestamp + 1);
        (uint64 second,) = settleTo(_earned(30, 20));
        vm.warp(block.timestamp + 1);
        (uint64 third, SumTree.Tree memory thirdTree) = settleTo(_earned(30, 60));

        vm.warp(block.timestamp + WINDOW - 2);
        vm.expectEmit(address(settlement));
        emit AttributionSettlement.EpochDisabled(second, third, guardian, "wrong");
        vm.prank(guardian);
        settlement.disableEpoch(second, "wrong");
        require(settlement.isGood(first), "the first stays");
        require(!settlement.isGood(second) && !settlement.isGood(third), "the others do not");
        Check.eq(settlement.headEpochId(), first, "head");

        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NoSuchEpoch.selector, third));
        settlement.claimFor(third, bob, 60, thirdTree.proof(bob));
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NoSuchEpoch.selector, second));
        settlement.disableEpoch(second, "again");
        settlement.claimFor(first, alice, 10, firstTree.proof(alice));

        SumTree.Tree memory honest = SumTree.build(_earned(35, 55));
        uint64 fourth = postNext(honest);
        Check.eq(fourth, 4, "numbers are not given twice");
        Check.eq(settlement.epoch(fourth).lastBatch, 3, "its batches");
        vm.warp(block.timestamp + WINDOW);
        settlement.claimFor(fourth, alice, 35, honest.proof(alice));
        settlement.claimFor(fourth, bob, 55, honest.proof(bob));
        Check.eq(ALICE.balance, 35, "alice");
        Check.eq(BOB.balance, 55, "bob");
        Check.eq(address(settlement).balance, 0, "nothing left");
    }

    function test_aShorterWindowDoesNotOvertake() public {
        settleTo(_earned(10, 0));
        uint64 firstActive = uint64(block.timestamp) + WINDOW;
        vm.prank(address(timelock));
        settlement.setChallengeWindow(10 minutes);
        (uint64 second,) = settleTo(_earned(10, 10));
        Check.eq(settlement.epoch(second).activatesAt, firstActive, "waits for the one before");
    }

    // ---------------------------------------------------------------- fraud proof

    function test_decreasedLeafIsProof() public {
        (uint64 first, SumTree.Tree memory firstTree) = settleTo(_earned(10, 20));
        (uint64 second, SumTree.Tree memory secondTree) = settleTo(_earned(9, 31));
        vm.expectEmit(address(settlement));
        emit AttributionSettlement.EpochChallenged(second, STRANGER, alice, first, 10, 9);
        vm.prank(STRANGER);
        settlement.challenge(second, alice, 9, secondTree.proof(alice), first, 10, firstTree.proof(alice));
        require(!settlement.isGood(second) && settlement.isGood(first), "only the false one goes");
    }

    function test_honestEpochsCannotBeChallenged() public {
        (uint64 first, SumTree.Tree memory firstTree) = settleTo(_earned(10, 20));
        (uint64 second, SumTree.Tree memory secondTree) = settleTo(_earned(10, 31));
        MerkleSum.Node[] memory newer = secondTree.proof(alice);
        MerkleSum.Node[] memory older = firstTree.proof(alice);
        bytes memory noFraud =
            abi.encodeWithSelector(AttributionSettlement.NoFraud.selector, second, first, alice);
        vm.expectRevert(noFraud);
        settlement.challenge(second, alice, 10, newer, first, 10, older);
        // A leaf that is not in the tree proves nothing.
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongProof.selector, second, alice));
        settlement.challenge(second, alice, 9, newer, first, 10, older);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongProof.selector, first, alice));
        settlement.challenge(second, alice, 10, newer, first, 11, older);
        // The earlier one having less is no fraud of the earlier one.
        MerkleSum.Node[] memory bobOlder = firstTree.proof(bob);
        MerkleSum.Node[] memory bobNewer = secondTree.proof(bob);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NoFraud.selector, first, second, bob));
        settlement.challenge(first, bob, 20, bobOlder, second, 31, bobNewer);
    }

    function test_challengeEndsWithTheWindow() public {
        (uint64 first, SumTree.Tree memory firstTree) = settleTo(_earned(10, 20));
        vm.warp(block.timestamp + 100);
        (uint64 second, SumTree.Tree memory secondTree) = settleTo(_earned(0, 40));
        uint256 activatesAt = block.timestamp + WINDOW;
        MerkleSum.Node[] memory newer = secondTree.proof(alice);
        MerkleSum.Node[] memory older = firstTree.proof(alice);
        vm.warp(activatesAt);
        vm.expectRevert(
            abi.encodeWithSelector(AttributionSettlement.AlreadyActive.selector, second, activatesAt)
        );
        settlement.challenge(second, alice, 0, newer, first, 10, older);
        vm.warp(activatesAt - 1);
        settlement.challenge(second, alice, 0, newer, first, 10, older);
    }

    /// Even a false root that nobody challenged pays no more than was earned in all.
    function test_falseRootCannotOverdraw() public {
        (uint64 first, SumTree.Tree memory firstTree) = settleTo(_earned(10, 20));
        vm.warp(block.timestamp + WINDOW);
        settlement.claimFor(first, alice, 10, firstTree.proof(alice));
        (uint64 second, SumTree.Tree memory secondTree) = settleTo(_earned(0, 40));
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.Overdrawn.selector, bob, 50, 40));
        settlement.claimFor(second, bob, 40, secondTree.proof(bob));
    }

    // ---------------------------------------------------------------- payment

    function test_noOrderOfClaimsPaysTwice() public {
        (uint64 first, SumTree.Tree memory one) = settleTo(_earned(10, 20));
        (uint64 second, SumTree.Tree memory two) = settleTo(_earned(30, 50));
        vm.warp(block.timestamp + WINDOW);
        vm.prank(ALICE);
        settlement.claim(second, alice, 30, two.proof(alice));
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NothingToPay.selector, alice, 30));
        settlement.claimFor(first, alice, 10, one.proof(alice));
        _pushBoth(first, one, 10, 20);
        _pushBoth(second, two, 30, 50);
        _pushBoth(second, two, 30, 50);
        Check.eq(ALICE.balance, 30, "alice");
        Check.eq(BOB.balance, 50, "bob");
        Check.eq(settlement.totalPaid(), 80, "total");
        Check.eq(settlement.paidOf(bob), 50, "bob's");
    }

    function test_paymentIsTold() public {
        (uint64 id, SumTree.Tree memory tree) = settleTo(_earned(10, 20));
        vm.warp(block.timestamp + WINDOW);
        vm.expectEmit(address(settlement));
        emit AttributionSettlement.EpochActivated(id, 30);
        vm.expectEmit(address(settlement));
        emit AttributionSettlement.Paid(alice, id, ALICE, 10, 10);
        settlement.claimFor(id, alice, 10, tree.proof(alice));
    }

    function test_claimsAreTheAccounts() public {
        (uint64 id, SumTree.Tree memory tree) = settleTo(_earned(10, 20));
        vm.warp(block.timestamp + WINDOW);
        MerkleSum.Node[] memory proof = tree.proof(alice);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.NotPermitted.selector, STRANGER));
        settlement.claim(id, alice, 10, proof);
        vm.prank(ALICE);
        accounts.setPayee(alice, address(0xdef));
        vm.prank(address(0xdef));
        settlement.claim(id, alice, 10, proof);
        Check.eq(address(0xdef).balance, 10, "the new payee");
    }

    function testFuzz_forgedClaims(uint128 claimed, uint64 id, uint8 twist) public {
        (uint64 epochId, SumTree.Tree memory tree) = settleTo(_earned(1_000, 2_000));
        vm.warp(block.timestamp + WINDOW);
        MerkleSum.Node[] memory proof = tree.proof(alice);
        if (twist % 3 == 0) {
            vm.assume(claimed != 1_000 && claimed < type(uint128).max / 2);
            id = alice;
        } else if (twist % 3 == 1) {
            vm.assume(id != alice && id < 32);
            claimed = 1_000;
        } else {
            id = alice;
            claimed = 1_000;
            proof[twist % 5].sum += 1;
        }
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.WrongProof.selector, epochId, id));
        settlement.claimFor(epochId, id, claimed, proof);
    }

    function test_innerNodeIsNoLeafAndPaddedNumberIsNoAccount() public {
        (uint64 id, SumTree.Tree memory tree) = settleTo(_earned(10, 20));
        vm.warp(block.timestamp + WINDOW);
        MerkleSum.Node[] memory proof = tree.proof(alice);
        MerkleSum.Node[] memory shorter = new MerkleSum.Node[](4);
        for (uint256 i = 0; i < 4; ++i) {
            shorter[i] = proof[i + 1];
        }
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.WrongProofLength.selector, 4, 5));
        settlement.claimFor(id, alice >> 1, 30, shorter);
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.IdOutOfTree.selector, alice + 32, 5));
        settlement.claimFor(id, alice + 32, 10, proof);
    }

    function test_aBadPayeeStopsNobody() public {
        address[4] memory payees =
            [address(new RefusingPayee()), address(new BombingPayee()), address(new BurningPayee()), BOB];
        uint64[] memory ids = new uint64[](4);
        for (uint256 i = 0; i < 4; ++i) {
            ids[i] = accounts.register(payees[i]);
        }
        uint128[] memory earned = new uint128[](ids[2] + 1);
        uint128[] memory amounts = new uint128[](4);
        for (uint256 i = 0; i < 4; ++i) {
            earned[ids[i]] = amounts[i] = 10;
        }
        (uint64 epochId, SumTree.Tree memory tree) = settleTo(earned);
        vm.warp(block.timestamp + WINDOW);
        MerkleSum.Node[][] memory proofs = new MerkleSum.Node[][](4);
        for (uint256 i = 0; i < 4; ++i) {
            proofs[i] = tree.proof(ids[i]);
        }

        vm.expectEmit(address(settlement));
        emit AttributionSettlement.EpochActivated(epochId, 40);
        vm.expectEmit(address(settlement));
        emit AttributionSettlement.PushFailed(ids[0], epochId, payees[0], 10);
        uint256 before = gasleft();
        uint128 sent = settlement.push(epochId, ids, amounts, proofs);
        require(before - gasleft() < 600_000, "a bad payee cost more than its stipend");
        Check.eq(sent, 10, "sent");
        Check.eq(BOB.balance, 10, "bob");
        Check.eq(settlement.totalPaid(), 10, "paid");
        Check.eq(settlement.paidOf(ids[0]), 0, "credited back");

        // Alone, it is told at once; and when it takes money again it gets what it is owed.
        vm.expectRevert(
            abi.encodeWithSelector(AttributionSettlement.PayeeRefused.selector, ids[0], payees[0])
        );
        settlement.claimFor(epochId, ids[0], 10, proofs[0]);
        RefusingPayee(payable(payees[0])).setTakes(true);
        settlement.claimFor(epochId, ids[0], 10, proofs[0]);
        Check.eq(payees[0].balance, 10, "taken");
    }

    function test_payeeCannotBePaidAgainWhileItIsPaid() public {
        ReenteringPayee payee = new ReenteringPayee(settlement);
        uint64 id = accounts.register(address(payee));
        uint128[] memory earned = new uint128[](id + 1);
        earned[id] = 10;
        earned[bob] = 10;
        (uint64 epochId, SumTree.Tree memory tree) = settleTo(earned);
        vm.warp(block.timestamp + WINDOW);
        MerkleSum.Node[] memory proof = tree.proof(id);
        payee.plan(abi.encodeCall(AttributionSettlement.claim, (epochId, id, 10, proof)));
        payee.plan(abi.encodeCall(AttributionSettlement.claimFor, (epochId, bob, 10, tree.proof(bob))));
        payee.start(abi.encodeCall(AttributionSettlement.claim, (epochId, id, 10, proof)));
        Check.eq(payee.attempts(), 2, "attempts");
        Check.eq(payee.successes(), 0, "successes");
        Check.eq(address(payee).balance, 10, "paid once");
        Check.eq(settlement.paidOf(bob), 0, "bob not paid on the side");
    }

    function test_aStarvedPushDoesNotHarm() public {
        (uint64 id, SumTree.Tree memory tree) = settleTo(_earned(10, 20));
        vm.warp(block.timestamp + WINDOW);
        MerkleSum.Node[] memory proof = tree.proof(alice);
        settlement.claimFor(id, bob, 20, tree.proof(bob));
        try settlement.claimFor{gas: 100_000}(id, alice, 10, proof) {
            revert("paid with too little gas");
        } catch (bytes memory reason) {
            Check.eq(
                bytes32(bytes4(reason)), bytes32(AttributionSettlement.InsufficientGas.selector), "reason"
            );
        }
    }

    function test_listsBelongTogether() public {
        (uint64 id,) = settleTo(_earned(10, 20));
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(AttributionSettlement.LengthMismatch.selector);
        settlement.push(id, new uint64[](2), new uint128[](1), new MerkleSum.Node[][](2));
        vm.expectRevert(AttributionSettlement.LengthMismatch.selector);
        settlement.push(id, new uint64[](2), new uint128[](2), new MerkleSum.Node[][](1));
    }

    // ---------------------------------------------------------------- governance and receipts

    function test_pauseStopsPostingButNoPayment() public {
        (uint64 id, SumTree.Tree memory tree) = settleTo(_earned(10, 20));
        vm.prank(guardian);
        settlement.pause();
        vm.startPrank(service);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        settlement.commitBatch(SERVICE, 2, FIRST_INFERENCE + 1, 1, 5, 0, 0, 1, 0);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        settlement.postEpoch(2, 2, 2, 0, 35, 5, 1, 0);
        vm.stopPrank();
        vm.warp(block.timestamp + WINDOW);
        settlement.claimFor(id, alice, 10, tree.proof(alice));
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, guardian));
        settlement.unpause();
        vm.prank(address(timelock));
        settlement.unpause();
    }

    function test_rolesAndWindowAreGovernances() public {
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, guardian);
        vm.startPrank(guardian);
        vm.expectRevert(refused);
        settlement.setGuardian(guardian);
        vm.expectRevert(refused);
        settlement.setPoster(guardian);
        vm.expectRevert(refused);
        settlement.setRegistrar(guardian);
        vm.expectRevert(refused);
        settlement.setChallengeWindow(1 hours);
        vm.stopPrank();
        vm.startPrank(address(timelock));
        settlement.setGuardian(STRANGER);
        settlement.setRegistrar(STRANGER);
        settlement.setChallengeWindow(7 days);
        vm.expectRevert(
            abi.encodeWithSelector(AttributionSettlement.OutOfBounds.selector, 7 days + 1, 10 minutes, 7 days)
        );
        settlement.setChallengeWindow(7 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                AttributionSettlement.OutOfBounds.selector, 10 minutes - 1, 10 minutes, 7 days
            )
        );
        settlement.setChallengeWindow(10 minutes - 1);
        vm.stopPrank();
    }

    function test_receiptIsSignedByTheService() public view {
        bytes32 leaf = keccak256("a receipt");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SERVICE_KEY, settlement.receiptDigest(leaf));
        require(settlement.isReceiptSigned(SERVICE, leaf, abi.encodePacked(r, s, v)), "signed");
        require(
            !settlement.isReceiptSigned(SERVICE, keccak256("another"), abi.encodePacked(r, s, v)), "another"
        );
        (v, r, s) = vm.sign(PAYER_KEY, settlement.receiptDigest(leaf));
        require(!settlement.isReceiptSigned(SERVICE, leaf, abi.encodePacked(r, s, v)), "by somebody else");
    }

    // ---------------------------------------------------------------- moves

    function _earned(uint128 ofAlice, uint128 ofBob) private view returns (uint128[] memory cumulative) {
        cumulative = new uint128[](bob + 1);
        cumulative[alice] = ofAlice;
        cumulative[bob] = ofBob;
    }

    function _pushBoth(uint64 epochId, SumTree.Tree memory tree, uint128 ofAlice, uint128 ofBob) private {
        uint64[] memory ids = new uint64[](2);
        (ids[0], ids[1]) = (alice, bob);
        uint128[] memory amounts = new uint128[](2);
        (amounts[0], amounts[1]) = (ofAlice, ofBob);
        MerkleSum.Node[][] memory proofs = new MerkleSum.Node[][](2);
        (proofs[0], proofs[1]) = (tree.proof(alice), tree.proof(bob));
        settlement.push(epochId, ids, amounts, proofs);
    }

    function _scheduleRate(uint64 effectiveFrom) private {
        bytes32[] memory keys = new bytes32[](1);
        keys[0] = RATE;
        uint256[] memory values = new uint256[](1);
        values[0] = 200;
        vm.prank(address(timelock));
        params.schedule(keys, values, effectiveFrom);
    }

    function _commitWith(uint32 version, uint128 fees) private {
        AttributionSettlement.Service memory entry = settlement.service(SERVICE);
        vm.prank(service);
        settlement.commitBatch(
            SERVICE, entry.lastBatchId + 1, entry.nextInferenceNo, 1, fees, 0, 0, version, 0
        );
    }

    function _expectWrongParams(uint32 version, uint32 earliest, uint32 latest) private {
        AttributionSettlement.Service memory entry = settlement.service(SERVICE);
        vm.prank(service);
        vm.expectRevert(
            abi.encodeWithSelector(AttributionSettlement.WrongParams.selector, version, earliest, latest)
        );
        settlement.commitBatch(SERVICE, entry.lastBatchId + 1, entry.nextInferenceNo, 1, 1, 0, 0, version, 0);
    }

    function _expectWrongRange(uint64 firstBatch, uint64 lastBatch) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                AttributionSettlement.WrongBatchRange.selector, firstBatch, lastBatch, 2, 3
            )
        );
        settlement.postEpoch(2, firstBatch, lastBatch, 0, 30, 5, 1, 0);
    }
}
