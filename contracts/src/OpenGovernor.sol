// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {
    GovernorCountingSimple
} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {
    GovernorPreventLateQuorum
} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {
    GovernorTimelockControl
} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {
    GovernorVotesQuorumFraction
} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

/// @title OpenGovernor
/// @notice gOPEN holders propose, vote, queue and execute; the timelock holds the powers and the
/// treasury. A quorum is a share of the wrapped supply but never less than an absolute floor,
/// because a share of a small supply is in reach of one holder.
contract OpenGovernor is
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorPreventLateQuorum,
    GovernorTimelockControl
{
    /// @param minVotingDelay Lower bound of the voting delay, in seconds.
    /// @param maxVotingDelay Upper bound of the voting delay, in seconds.
    /// @param minVotingPeriod Lower bound of the voting period, in seconds.
    /// @param maxVotingPeriod Upper bound of the voting period, in seconds.
    /// @param maxLateExtension Upper bound of the extension after a late quorum, in seconds.
    /// @param maxQuorumFloor Upper bound of the absolute quorum, in wei of gOPEN.
    /// @param maxProposalThreshold Upper bound of the proposal threshold, in wei of gOPEN.
    struct Bounds {
        uint48 minVotingDelay;
        uint48 maxVotingDelay;
        uint32 minVotingPeriod;
        uint32 maxVotingPeriod;
        uint48 maxLateExtension;
        uint256 maxQuorumFloor;
        uint256 maxProposalThreshold;
    }

    /// @param votingDelay Seconds between a proposal and its snapshot.
    /// @param votingPeriod Seconds a vote is open.
    /// @param proposalThreshold Votes needed to propose, in wei of gOPEN.
    /// @param quorumPercent Share of the wrapped supply that makes a quorum, in percent.
    /// @param quorumFloor Least votes that make a quorum, in wei of gOPEN.
    /// @param lateExtension Seconds a vote stays open after its quorum was reached late.
    struct Settings {
        uint48 votingDelay;
        uint32 votingPeriod;
        uint256 proposalThreshold;
        uint256 quorumPercent;
        uint256 quorumFloor;
        uint48 lateExtension;
    }

    uint48 private immutable MIN_VOTING_DELAY;
    uint48 private immutable MAX_VOTING_DELAY;
    uint32 private immutable MIN_VOTING_PERIOD;
    uint32 private immutable MAX_VOTING_PERIOD;
    uint48 private immutable MAX_LATE_EXTENSION;
    uint256 private immutable MAX_QUORUM_FLOOR;
    uint256 private immutable MAX_PROPOSAL_THRESHOLD;

    /// @notice Least votes that make a quorum, in wei of gOPEN.
    uint256 public quorumFloor;

    /// @notice The absolute quorum was set.
    event QuorumFloorSet(uint256 previous, uint256 value);

    /// @notice A governed value lies outside of the bounds that were fixed at deployment.
    error OutOfBounds(uint256 value, uint256 min, uint256 max);

    /// @param token gOPEN.
    /// @param timelock Who executes what was decided; may be deployed later.
    /// @param settings First values.
    /// @param bounds What the values can be set to.
    constructor(IVotes token, TimelockController timelock, Settings memory settings, Bounds memory bounds)
        Governor("OpenGovernor")
        GovernorSettings(settings.votingDelay, settings.votingPeriod, settings.proposalThreshold)
        GovernorVotes(token)
        GovernorVotesQuorumFraction(settings.quorumPercent)
        GovernorPreventLateQuorum(settings.lateExtension)
        GovernorTimelockControl(timelock)
    {
        MIN_VOTING_DELAY = bounds.minVotingDelay;
        MAX_VOTING_DELAY = bounds.maxVotingDelay;
        MIN_VOTING_PERIOD = bounds.minVotingPeriod;
        MAX_VOTING_PERIOD = bounds.maxVotingPeriod;
        MAX_LATE_EXTENSION = bounds.maxLateExtension;
        MAX_QUORUM_FLOOR = bounds.maxQuorumFloor;
        MAX_PROPOSAL_THRESHOLD = bounds.maxProposalThreshold;
        // The parents' constructors have set these before the bounds were known.
        _requireWithin(settings.votingDelay, bounds.minVotingDelay, bounds.maxVotingDelay);
        _requireWithin(settings.votingPeriod, bounds.minVotingPeriod, bounds.maxVotingPeriod);
        _requireWithin(settings.lateExtension, 0, bounds.maxLateExtension);
        _requireWithin(settings.proposalThreshold, 0, bounds.maxProposalThreshold);
        _requireWithin(settings.quorumFloor, 0, bounds.maxQuorumFloor);
        quorumFloor = settings.quorumFloor;
        emit QuorumFloorSet(0, settings.quorumFloor);
    }

    /// @notice Sets the least votes that make a quorum. Only by a proposal.
    /// @param value Votes in wei of gOPEN.
    function setQuorumFloor(uint256 value) external onlyGovernance {
        _requireWithin(value, 0, MAX_QUORUM_FLOOR);
        emit QuorumFloorSet(quorumFloor, value);
        quorumFloor = value;
    }

    /// @inheritdoc GovernorSettings
    function setVotingDelay(uint48 newVotingDelay) public override onlyGovernance {
        _requireWithin(newVotingDelay, MIN_VOTING_DELAY, MAX_VOTING_DELAY);
        _setVotingDelay(newVotingDelay);
    }

    /// @inheritdoc GovernorSettings
    function setVotingPeriod(uint32 newVotingPeriod) public override onlyGovernance {
        _requireWithin(newVotingPeriod, MIN_VOTING_PERIOD, MAX_VOTING_PERIOD);
        _setVotingPeriod(newVotingPeriod);
    }

    /// @inheritdoc GovernorSettings
    function setProposalThreshold(uint256 newProposalThreshold) public override onlyGovernance {
        _requireWithin(newProposalThreshold, 0, MAX_PROPOSAL_THRESHOLD);
        _setProposalThreshold(newProposalThreshold);
    }

    /// @inheritdoc GovernorPreventLateQuorum
    function setLateQuorumVoteExtension(uint48 newVoteExtension) public override onlyGovernance {
        _requireWithin(newVoteExtension, 0, MAX_LATE_EXTENSION);
        _setLateQuorumVoteExtension(newVoteExtension);
    }

    /// @notice Votes that make a quorum at a time: the share of the supply then, or the floor if
    /// that is more.
    /// @param timepoint A past timestamp.
    function quorum(uint256 timepoint)
        public
        view
        override(Governor, GovernorVotesQuorumFraction)
        returns (uint256)
    {
        uint256 share = super.quorum(timepoint);
        return share > quorumFloor ? share : quorumFloor;
    }

    /// @inheritdoc GovernorSettings
    function votingDelay() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.votingDelay();
    }

    /// @inheritdoc GovernorSettings
    function votingPeriod() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.votingPeriod();
    }

    /// @inheritdoc GovernorSettings
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    /// @inheritdoc GovernorPreventLateQuorum
    function proposalDeadline(uint256 proposalId)
        public
        view
        override(Governor, GovernorPreventLateQuorum)
        returns (uint256)
    {
        return super.proposalDeadline(proposalId);
    }

    /// @inheritdoc GovernorTimelockControl
    function state(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (ProposalState)
    {
        return super.state(proposalId);
    }

    /// @inheritdoc GovernorTimelockControl
    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    function _requireWithin(uint256 value, uint256 min, uint256 max) private pure {
        if (value < min || value > max) revert OutOfBounds(value, min, max);
    }
}
