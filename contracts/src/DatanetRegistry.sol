// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountRegistry} from "./AccountRegistry.sol";

/// @title DatanetRegistry
/// @notice Community datasets, what people contributed to them, who reviewed it and who may use it.
/// The chain sees numbers and salted Merkle roots, never a record.
contract DatanetRegistry {
    /// @notice Access of a Datanet: anyone contributes, anyone trains.
    uint8 public constant OPEN = 0;
    /// @notice Access of a Datanet: grantees contribute, anyone trains.
    uint8 public constant CURATED = 1;
    /// @notice Access of a Datanet: grantees contribute, grantees train.
    uint8 public constant PRIVATE = 2;

    /// @notice Scope of a grant: train on the records.
    uint8 public constant READ = 0;
    /// @notice Scope of a grant: contribute records.
    uint8 public constant CONTRIBUTE = 1;
    /// @notice Scope of a grant: review contributions.
    uint8 public constant CURATE = 2;

    /// @notice Modality of a Datanet: text, the only one so far.
    uint8 public constant TEXT = 0;

    /// @notice Verdict of a review: the contribution is rejected.
    uint8 public constant REJECTED = 0;
    /// @notice Verdict of a review: the contribution is accepted.
    uint8 public constant ACCEPTED = 1;

    /// @param ownerId Account of whoever made it.
    /// @param access OPEN, CURATED or PRIVATE.
    /// @param modality TEXT.
    /// @param lastRecordNo Its newest record, 0 before the first.
    struct Datanet {
        uint64 ownerId;
        uint8 access;
        uint8 modality;
        uint64 lastRecordNo;
    }

    /// @param datanetId Where it went.
    /// @param accountId Whose it is.
    /// @param firstRecordNo Number of its first record; the others follow.
    /// @param records How many records.
    /// @param priorityTime Since when it is known to be theirs.
    /// @param contentRoot Merkle root over its salted record leaves.
    struct Contribution {
        uint64 datanetId;
        uint64 accountId;
        uint64 firstRecordNo;
        uint32 records;
        uint64 priorityTime;
        bytes32 contentRoot;
    }

    /// @param notBefore First second of the grant.
    /// @param notAfter First second after the grant; 0 if there is no grant.
    struct Grant {
        uint64 notBefore;
        uint64 notAfter;
    }

    /// @notice Where contributors and curators have their accounts.
    AccountRegistry public immutable ACCOUNTS;

    /// @notice The newest Datanet.
    uint64 public lastDatanetId;
    /// @notice The newest contribution.
    uint64 public lastContributionId;
    /// @notice The newest record over all Datanets.
    uint64 public lastRecordNo;

    mapping(uint64 datanetId => Datanet) private _datanets;
    mapping(uint64 contributionId => Contribution) private _contributions;
    mapping(uint64 datanetId => mapping(address grantee => mapping(uint8 scope => Grant))) private _grants;

    /// @notice The contribution that holds a content root with the best priority, 0 if none.
    mapping(bytes32 contentRoot => uint64 contributionId) public contributionOf;
    /// @notice When a commitment to a contribution was made, 0 if never.
    mapping(bytes32 commitment => uint64 time) public committedAt;

    /// @notice A new Datanet.
    event DatanetCreated(
        uint64 indexed datanetId,
        uint64 indexed ownerId,
        uint8 access,
        uint8 modality,
        bytes32 metaHash,
        string metaURI
    );
    /// @notice Somebody will contribute something; a later contribution may refer to this moment.
    event ContributionCommitted(bytes32 indexed commitment, uint64 priorityTime);
    /// @notice Records `firstRecordNo` to `firstRecordNo + records - 1` belong to an account.
    event ContributionSubmitted(
        uint64 indexed datanetId,
        uint64 indexed contributionId,
        uint64 indexed accountId,
        uint64 firstRecordNo,
        uint32 records,
        uint64 bytesTotal,
        bytes32 contentRoot,
        bytes32 manifestHash,
        uint64 priorityTime
    );
    /// @notice A curator judged a contribution.
    event ContributionReviewed(
        uint64 indexed contributionId,
        uint64 indexed curatorId,
        uint8 verdict,
        uint32 qualityPpm,
        bytes32 reasonHash
    );
    /// @notice `grantee` may use a Datanet within a scope from `notBefore` until before `notAfter`.
    event AccessGranted(
        uint64 indexed datanetId,
        address indexed grantee,
        uint8 scope,
        uint64 notBefore,
        uint64 notAfter,
        bytes32 keyCommitment
    );
    /// @notice `grantee` may no longer use a Datanet within a scope.
    event AccessRevoked(uint64 indexed datanetId, address indexed grantee, uint8 scope);

    /// @notice No Datanet has this number.
    error UnknownDatanet(uint64 datanetId);
    /// @notice No contribution has this number.
    error UnknownContribution(uint64 contributionId);
    /// @notice Datanets of this kind are not supported; text (0) is.
    error UnsupportedModality(uint8 modality);
    /// @notice Access is 0 (open), 1 (curated) or 2 (private).
    error UnknownAccess(uint8 access);
    /// @notice A scope is 0 (read), 1 (contribute) or 2 (curate).
    error UnknownScope(uint8 scope);
    /// @notice A verdict is 0 (rejected) or 1 (accepted).
    error UnknownVerdict(uint8 verdict);
    /// @notice Only the owner of the Datanet may do this.
    error NotDatanetOwner(uint64 datanetId, address caller);
    /// @notice The caller has no grant for this.
    error NotPermitted(uint64 datanetId, address caller, uint8 scope);
    /// @notice A contribution has at least one record, one byte and a content root.
    error EmptyContribution();
    /// @notice These very records are contributed already.
    error DuplicateContent(bytes32 contentRoot, uint64 contributionId);
    /// @notice The commitment was not made, or not before this block.
    error NotCommitted(bytes32 commitment);
    /// @notice The commitment was made already.
    error AlreadyCommitted(bytes32 commitment);
    /// @notice A grant must end after it begins and after now.
    error EmptyGrant(uint64 notBefore, uint64 notAfter);
    /// @notice A quality is at most 1,000,000 ppm.
    error QualityTooHigh(uint32 qualityPpm);

    /// @param accounts Where contributors and curators have their accounts.
    constructor(AccountRegistry accounts) {
        ACCOUNTS = accounts;
    }

    /// @notice Makes a Datanet that belongs to the caller.
    /// @param access OPEN, CURATED or PRIVATE.
    /// @param modality TEXT.
    /// @param metaHash sha256 of its description.
    /// @param metaURI Where the description lies.
    /// @return datanetId Its number.
    function create(uint8 access, uint8 modality, bytes32 metaHash, string calldata metaURI)
        external
        returns (uint64 datanetId)
    {
        if (access > PRIVATE) revert UnknownAccess(access);
        if (modality != TEXT) revert UnsupportedModality(modality);
        uint64 ownerId = ACCOUNTS.register(msg.sender);
        datanetId = ++lastDatanetId;
        _datanets[datanetId] =
            Datanet({ownerId: ownerId, access: access, modality: modality, lastRecordNo: 0});
        emit DatanetCreated(datanetId, ownerId, access, modality, metaHash, metaURI);
    }

    /// @notice Commits to a contribution before showing it, so that nobody who sees it pending can
    /// be first.
    /// @param commitment `keccak256(abi.encode(contributor, contentRoot, nonce))`.
    function commitContribution(bytes32 commitment) external {
        if (committedAt[commitment] != 0) revert AlreadyCommitted(commitment);
        committedAt[commitment] = uint64(block.timestamp);
        emit ContributionCommitted(commitment, uint64(block.timestamp));
    }

    /// @notice Contributes records to a Datanet.
    /// @param datanetId The Datanet.
    /// @param records How many records.
    /// @param bytesTotal Length of their canonical bytes together.
    /// @param contentRoot Merkle root over their salted leaves.
    /// @param manifestHash sha256 of the manifest in the content store.
    /// @return contributionId Number of the contribution.
    /// @return firstRecordNo Number of its first record; the others follow.
    function contribute(
        uint64 datanetId,
        uint32 records,
        uint64 bytesTotal,
        bytes32 contentRoot,
        bytes32 manifestHash
    ) external returns (uint64 contributionId, uint64 firstRecordNo) {
        return _contribute(datanetId, records, bytesTotal, contentRoot, manifestHash, uint64(block.timestamp));
    }

    /// @notice `contribute`, with the priority of an earlier commitment.
    /// @param nonce The nonce of the commitment.
    function contributeCommitted(
        uint64 datanetId,
        uint32 records,
        uint64 bytesTotal,
        bytes32 contentRoot,
        bytes32 manifestHash,
        bytes32 nonce
    ) external returns (uint64 contributionId, uint64 firstRecordNo) {
        bytes32 commitment = keccak256(abi.encode(msg.sender, contentRoot, nonce));
        uint64 priorityTime = committedAt[commitment];
        if (priorityTime == 0 || priorityTime == block.timestamp) revert NotCommitted(commitment);
        return _contribute(datanetId, records, bytesTotal, contentRoot, manifestHash, priorityTime);
    }

    /// @notice Judges a contribution. Only the Datanet's owner and its curators.
    /// @param contributionId The contribution.
    /// @param verdict REJECTED or ACCEPTED.
    /// @param qualityPpm The quality seen, in ppm.
    /// @param reasonHash sha256 of the reasons.
    function review(uint64 contributionId, uint8 verdict, uint32 qualityPpm, bytes32 reasonHash) external {
        if (contributionId == 0 || contributionId > lastContributionId) {
            revert UnknownContribution(contributionId);
        }
        if (verdict > ACCEPTED) revert UnknownVerdict(verdict);
        if (qualityPpm > 1_000_000) revert QualityTooHigh(qualityPpm);
        uint64 datanetId = _contributions[contributionId].datanetId;
        if (!_isOwner(datanetId, msg.sender) && !hasGrant(datanetId, msg.sender, CURATE)) {
            revert NotPermitted(datanetId, msg.sender, CURATE);
        }
        uint64 curatorId = ACCOUNTS.register(msg.sender);
        emit ContributionReviewed(contributionId, curatorId, verdict, qualityPpm, reasonHash);
    }

    /// @notice Lets somebody use a Datanet for a time. Only its owner.
    /// @param datanetId The Datanet.
    /// @param grantee Who may use it.
    /// @param scope READ, CONTRIBUTE or CURATE.
    /// @param notBefore First second of the grant.
    /// @param notAfter First second after it.
    /// @param keyCommitment keccak256 of the content key as wrapped for the grantee; 0 if there is none.
    function grantAccess(
        uint64 datanetId,
        address grantee,
        uint8 scope,
        uint64 notBefore,
        uint64 notAfter,
        bytes32 keyCommitment
    ) external {
        _requireOwner(datanetId);
        if (scope > CURATE) revert UnknownScope(scope);
        if (notAfter <= notBefore || notAfter <= block.timestamp) revert EmptyGrant(notBefore, notAfter);
        _grants[datanetId][grantee][scope] = Grant({notBefore: notBefore, notAfter: notAfter});
        emit AccessGranted(datanetId, grantee, scope, notBefore, notAfter, keyCommitment);
    }

    /// @notice Ends a grant at once. Only the Datanet's owner.
    function revokeAccess(uint64 datanetId, address grantee, uint8 scope) external {
        _requireOwner(datanetId);
        delete _grants[datanetId][grantee][scope];
        emit AccessRevoked(datanetId, grantee, scope);
    }

    /// @notice Whether somebody has a grant now.
    function hasGrant(uint64 datanetId, address grantee, uint8 scope) public view returns (bool) {
        Grant storage grant = _grants[datanetId][grantee][scope];
        return grant.notBefore <= block.timestamp && block.timestamp < grant.notAfter;
    }

    /// @notice Whether somebody may train on a Datanet now.
    function mayRead(uint64 datanetId, address reader) external view returns (bool) {
        return _existing(datanetId).access != PRIVATE || _isOwner(datanetId, reader)
            || hasGrant(datanetId, reader, READ);
    }

    /// @notice A Datanet.
    function datanet(uint64 datanetId) external view returns (Datanet memory) {
        return _existing(datanetId);
    }

    /// @notice A contribution.
    function contribution(uint64 contributionId) external view returns (Contribution memory) {
        if (contributionId == 0 || contributionId > lastContributionId) {
            revert UnknownContribution(contributionId);
        }
        return _contributions[contributionId];
    }

    function _contribute(
        uint64 datanetId,
        uint32 records,
        uint64 bytesTotal,
        bytes32 contentRoot,
        bytes32 manifestHash,
        uint64 priorityTime
    ) private returns (uint64 contributionId, uint64 firstRecordNo) {
        Datanet storage target = _existing(datanetId);
        if (
            target.access != OPEN && !_isOwner(datanetId, msg.sender)
                && !hasGrant(datanetId, msg.sender, CONTRIBUTE)
        ) revert NotPermitted(datanetId, msg.sender, CONTRIBUTE);
        if (records == 0 || bytesTotal == 0 || contentRoot == 0) revert EmptyContribution();
        // A copy is refused, unless the caller can show that the content was theirs before.
        uint64 known = contributionOf[contentRoot];
        if (known != 0 && _contributions[known].priorityTime <= priorityTime) {
            revert DuplicateContent(contentRoot, known);
        }

        uint64 accountId = ACCOUNTS.register(msg.sender);
        contributionId = ++lastContributionId;
        firstRecordNo = lastRecordNo + 1;
        lastRecordNo += records;
        target.lastRecordNo = lastRecordNo;
        contributionOf[contentRoot] = contributionId;
        _contributions[contributionId] = Contribution({
            datanetId: datanetId,
            accountId: accountId,
            firstRecordNo: firstRecordNo,
            records: records,
            priorityTime: priorityTime,
            contentRoot: contentRoot
        });
        emit ContributionSubmitted(
            datanetId,
            contributionId,
            accountId,
            firstRecordNo,
            records,
            bytesTotal,
            contentRoot,
            manifestHash,
            priorityTime
        );
    }

    function _existing(uint64 datanetId) private view returns (Datanet storage) {
        if (datanetId == 0 || datanetId > lastDatanetId) revert UnknownDatanet(datanetId);
        return _datanets[datanetId];
    }

    function _isOwner(uint64 datanetId, address caller) private view returns (bool) {
        return ACCOUNTS.ownerOf(_existing(datanetId).ownerId) == caller;
    }

    function _requireOwner(uint64 datanetId) private view {
        if (!_isOwner(datanetId, msg.sender)) revert NotDatanetOwner(datanetId, msg.sender);
    }
}
