// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {OpenGovernor} from "../src/OpenGovernor.sol";
import {ParamRegistry} from "../src/ParamRegistry.sol";
import {Check} from "./support/Check.sol";
import {System} from "./support/System.sol";
import {vm} from "./support/Vm.sol";

contract GovernanceTest is System {
    address private constant WHALE = address(0x3a1e);
    address private constant MINNOW = address(0x3133);
    string private constant WHY = "raise the rate";

    address[] private targets;
    uint256[] private values;
    bytes[] private calls;

    function setUp() public {
        deploySystem();
        _wrap(WHALE, 60_000 ether);
        _wrap(MINNOW, 10_000 ether);
        vm.warp(block.timestamp + 1);
        bytes32[] memory keys = new bytes32[](1);
        keys[0] = RATE;
        uint256[] memory amounts = new uint256[](1);
        amounts[0] = 200;
        _planCall(address(params), abi.encodeCall(ParamRegistry.schedule, (keys, amounts, 5)));
    }

    function test_proposeVoteQueueExecute() public {
        uint256 id = _propose(MINNOW);
        vm.warp(block.timestamp + 1 days + 1);
        vm.prank(WHALE);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + 7 days);
        governor.queue(targets, values, calls, keccak256(bytes(WHY)));

        vm.warp(block.timestamp + 7 days - 1);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        governor.execute(targets, values, calls, keccak256(bytes(WHY)));
        vm.warp(block.timestamp + 1);
        governor.execute(targets, values, calls, keccak256(bytes(WHY)));
        Check.eq(params.valueOf(2, RATE), 200, "rate");
        Check.eq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Executed), "state");
    }

    function test_treasuryPaysByProposal() public {
        vm.deal(address(timelock), 5 ether);
        delete targets;
        delete values;
        delete calls;
        targets.push(address(0x9a));
        values.push(5 ether);
        calls.push("");
        _pass(WHALE);
        Check.eq(address(0x9a).balance, 5 ether, "grant");
    }

    function test_tooFewVotesToPropose() public {
        vm.prank(MINNOW);
        gOpen.transfer(WHALE, 1);
        vm.warp(block.timestamp + 1);
        vm.prank(MINNOW);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, MINNOW, 10_000 ether - 1, 10_000 ether
            )
        );
        governor.propose(targets, values, calls, WHY);
    }

    /// Five percent of what is wrapped here is less than one holder has; the floor is not.
    function test_quorumHasAFloor() public {
        Check.eq(governor.quorum(block.timestamp - 1), 50_000 ether, "quorum");
        uint256 id = _propose(MINNOW);
        vm.warp(block.timestamp + 1 days + 1);
        vm.prank(MINNOW);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + 7 days);
        Check.eq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Defeated), "state");
    }

    function test_quorumGrowsWithTheSupply() public {
        _wrap(address(0x999), 10_000_000 ether);
        vm.warp(block.timestamp + 1);
        Check.eq(governor.quorum(block.timestamp - 1), 503_500 ether, "five percent");
    }

    function test_coinsWrappedAfterTheSnapshotHaveNoVote() public {
        uint256 id = _propose(MINNOW);
        vm.warp(block.timestamp + 1 days + 1);
        _wrap(address(0xf1a5), 1_000_000 ether);
        vm.prank(address(0xf1a5));
        Check.eq(governor.castVote(id, 1), 0, "weight");
    }

    function test_lateQuorumExtendsTheVote() public {
        uint256 id = _propose(MINNOW);
        uint256 deadline = governor.proposalDeadline(id);
        vm.warp(deadline - 1 hours);
        vm.prank(WHALE);
        governor.castVote(id, 1);
        Check.eq(governor.proposalDeadline(id), block.timestamp + 2 days, "deadline");
    }

    function test_governedTimesStayWithinTheirBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorOnlyExecutor.selector, address(this)));
        governor.setVotingDelay(2 days);
        _replaceCall(address(governor), abi.encodeCall(OpenGovernor.setVotingDelay, (2 days)));
        _pass(WHALE);
        Check.eq(governor.votingDelay(), 2 days, "delay");

        _replaceCall(address(governor), abi.encodeCall(OpenGovernor.setVotingPeriod, (1 hours)));
        uint256 id = _propose(WHALE);
        vm.warp(block.timestamp + 2 days + 1);
        vm.prank(WHALE);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + 7 days);
        governor.queue(targets, values, calls, keccak256(bytes(WHY)));
        vm.warp(block.timestamp + 7 days);
        vm.expectRevert(abi.encodeWithSelector(OpenGovernor.OutOfBounds.selector, 1 hours, 1 days, 30 days));
        governor.execute(targets, values, calls, keccak256(bytes(WHY)));
    }

    function test_floorIsGoverned() public {
        _replaceCall(address(governor), abi.encodeCall(OpenGovernor.setQuorumFloor, (40_000 ether)));
        _pass(WHALE);
        Check.eq(governor.quorumFloor(), 40_000 ether, "floor");
    }

    function test_nobodyAdministersTheTimelock() public view {
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        require(!timelock.hasRole(admin, address(this)), "deployer");
        require(!timelock.hasRole(admin, address(governor)), "governor");
        require(timelock.hasRole(admin, address(timelock)), "itself");
        require(timelock.hasRole(timelock.PROPOSER_ROLE(), address(governor)), "governor proposes");
        require(!timelock.hasRole(timelock.PROPOSER_ROLE(), address(this)), "deployer does not");
    }

    function _pass(address proposer) private {
        uint256 id = _propose(proposer);
        vm.warp(block.timestamp + governor.votingDelay() + 1);
        vm.prank(WHALE);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + governor.votingPeriod());
        governor.queue(targets, values, calls, keccak256(bytes(WHY)));
        vm.warp(block.timestamp + 7 days);
        governor.execute(targets, values, calls, keccak256(bytes(WHY)));
    }

    function _propose(address proposer) private returns (uint256) {
        vm.prank(proposer);
        return governor.propose(targets, values, calls, WHY);
    }

    function _planCall(address target, bytes memory data) private {
        targets.push(target);
        values.push(0);
        calls.push(data);
    }

    function _replaceCall(address target, bytes memory data) private {
        delete targets;
        delete values;
        delete calls;
        _planCall(target, data);
    }

    function _wrap(address who, uint256 amount) private {
        vm.deal(who, amount);
        vm.startPrank(who);
        gOpen.deposit{value: amount}();
        gOpen.delegate(who);
        vm.stopPrank();
    }
}
