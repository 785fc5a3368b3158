// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {AccountRegistry} from "./AccountRegistry.sol";
import {DatanetRegistry} from "./DatanetRegistry.sol";

/// @title ModelRegistry
/// @notice Base models and the adapters trained on top of them, each with the snapshots of the
/// Datanets it was trained on, and the OPEN that people stake on them.
contract ModelRegistry {
    /// @notice Kind of a model: a base, with no parent.
    uint8 public constant BASE = 0;
    /// @notice Kind of a model: an adapter on its parent.
    uint8 public constant ADAPTER = 1;
    /// @notice How many parents an adapter may have above it, its base included.
    uint8 public constant MAX_DEPTH = 8;

    /// @param datanetId The Datanet.
    /// @param snapshotRoot Merkle root over the records used.
    /// @param lastRecordNo Newest record of the Datanet that the snapshot saw.
    struct Snapshot {
        uint64 datanetId;
        bytes32 snapshotRoot;
        uint64 lastRecordNo;
    }

    /// @param ownerId Account that gets the owner's part of its fees.
    /// @param parentId What it was trained on top of, 0 for a base.
    /// @param kind BASE or ADAPTER.
    /// @param depth Number of models above it.
    /// @param weightsHash baseHash or adapterHash.
    struct Model {
        uint64 ownerId;
        uint64 parentId;
        uint8 kind;
        uint8 depth;
        bytes32 weightsHash;
    }

    /// @notice Where owners and stakers have their accounts.
    AccountRegistry public immutable ACCOUNTS;
    /// @notice Where the Datanets are that models are trained on.
    DatanetRegistry public immutable DATANETS;

    /// @notice The newest model.
    uint64 public lastModelId;
    /// @notice The model with these weights, 0 if none.
    mapping(bytes32 weightsHash => uint64 modelId) public modelOf;
    /// @notice OPEN staked on a model.
    mapping(uint64 modelId => uint256) public totalStake;
    /// @notice OPEN an account has staked on a model.
    mapping(uint64 modelId => mapping(uint64 accountId => uint256)) public stakeOf;

    mapping(uint64 modelId => Model) private _models;

    /// @notice A new model.
    event ModelRegistered(
        uint64 indexed modelId,
        uint64 indexed ownerId,
        uint64 indexed parentId,
        uint8 kind,
        bytes32 weightsHash,
        bytes32 manifestHash
    );
    /// @notice A model saw the records of a Datanet up to `lastRecordNo`.
    event ModelTrainedOn(
        uint64 indexed modelId, uint64 indexed datanetId, bytes32 snapshotRoot, uint64 lastRecordNo
    );
    /// @notice An account staked more or less on a model; `total` is what it has on that model now.
    event StakeChanged(uint64 indexed modelId, uint64 indexed accountId, int256 delta, uint256 total);

    /// @notice No model has this number.
    error UnknownModel(uint64 modelId);
    /// @notice A kind is 0 (base) or 1 (adapter).
    error UnknownKind(uint8 kind);
    /// @notice These weights are registered already.
    error DuplicateModel(bytes32 weightsHash, uint64 modelId);
    /// @notice A base has no parent and no snapshots; an adapter has a parent.
    error WrongParent(uint8 kind, uint64 parentId);
    /// @notice Too many models stand above this one.
    error TooDeep(uint64 parentId, uint8 maxDepth);
    /// @notice Weights and snapshots have a hash that is not zero.
    error ZeroHash();
    /// @notice Snapshots come with rising Datanet numbers, each once.
    error SnapshotsNotSorted(uint64 datanetId);
    /// @notice The Datanet has no such record yet, or the snapshot is of none.
    error SnapshotAhead(uint64 datanetId, uint64 lastRecordNo);
    /// @notice The caller may not train on this Datanet.
    error NotPermitted(uint64 datanetId, address caller);
    /// @notice Staking and unstaking nothing is a mistake.
    error ZeroAmount();
    /// @notice The account has less than that on the model.
    error InsufficientStake(uint64 modelId, uint64 accountId, uint256 staked, uint256 asked);

    /// @param accounts Where owners and stakers have their accounts.
    /// @param datanets Where the Datanets are.
    constructor(AccountRegistry accounts, DatanetRegistry datanets) {
        ACCOUNTS = accounts;
        DATANETS = datanets;
    }

    /// @notice Registers a model that belongs to the caller.
    /// @param parentId What it was trained on top of; 0 for a base.
    /// @param kind BASE or ADAPTER.
    /// @param weightsHash baseHash or adapterHash.
    /// @param manifestHash sha256 of its manifest in the content store.
    /// @param snapshots What it was trained on, by rising Datanet number.
    /// @return modelId Its number.
    function register(
        uint64 parentId,
        uint8 kind,
        bytes32 weightsHash,
        bytes32 manifestHash,
        Snapshot[] calldata snapshots
    ) external returns (uint64 modelId) {
        if (weightsHash == 0) revert ZeroHash();
        if (modelOf[weightsHash] != 0) revert DuplicateModel(weightsHash, modelOf[weightsHash]);
        uint8 depth = _depth(parentId, kind, snapshots.length);

        uint64 ownerId = ACCOUNTS.register(msg.sender);
        modelId = ++lastModelId;
        modelOf[weightsHash] = modelId;
        _models[modelId] =
            Model({ownerId: ownerId, parentId: parentId, kind: kind, depth: depth, weightsHash: weightsHash});
        emit ModelRegistered(modelId, ownerId, parentId, kind, weightsHash, manifestHash);

        uint64 previous = 0;
        for (uint256 i = 0; i < snapshots.length; ++i) {
            Snapshot calldata snapshot = snapshots[i];
            if (snapshot.datanetId <= previous) revert SnapshotsNotSorted(snapshot.datanetId);
            previous = snapshot.datanetId;
            _checkSnapshot(snapshot);
            emit ModelTrainedOn(modelId, snapshot.datanetId, snapshot.snapshotRoot, snapshot.lastRecordNo);
        }
    }

    /// @notice Stakes the OPEN that comes with the call on a model.
    /// @param modelId The model.
    function stake(uint64 modelId) external payable {
        _existing(modelId);
        if (msg.value == 0) revert ZeroAmount();
        uint64 accountId = ACCOUNTS.register(msg.sender);
        uint256 total = stakeOf[modelId][accountId] + msg.value;
        stakeOf[modelId][accountId] = total;
        totalStake[modelId] += msg.value;
        emit StakeChanged(modelId, accountId, int256(msg.value), total);
    }

    /// @notice Takes the caller's OPEN off a model.
    /// @param modelId The model.
    /// @param amount How much, in wei.
    function unstake(uint64 modelId, uint256 amount) external {
        if (amount == 0) revert ZeroAmount();
        uint64 accountId = ACCOUNTS.accountOf(msg.sender);
        uint256 staked = stakeOf[modelId][accountId];
        if (amount > staked) revert InsufficientStake(modelId, accountId, staked, amount);
        stakeOf[modelId][accountId] = staked - amount;
        totalStake[modelId] -= amount;
        emit StakeChanged(modelId, accountId, -int256(amount), staked - amount);
        Address.sendValue(payable(msg.sender), amount);
    }

    /// @notice A model.
    function model(uint64 modelId) external view returns (Model memory) {
        return _existing(modelId);
    }

    function _depth(uint64 parentId, uint8 kind, uint256 snapshots) private view returns (uint8) {
        if (kind > ADAPTER) revert UnknownKind(kind);
        if (kind == BASE) {
            if (parentId != 0 || snapshots != 0) revert WrongParent(kind, parentId);
            return 0;
        }
        if (parentId == 0) revert WrongParent(kind, parentId);
        // A parent is registered before its children, so lines cannot form a ring.
        uint8 depth = _existing(parentId).depth + 1;
        if (depth > MAX_DEPTH) revert TooDeep(parentId, MAX_DEPTH);
        return depth;
    }

    function _checkSnapshot(Snapshot calldata snapshot) private view {
        if (snapshot.snapshotRoot == 0) revert ZeroHash();
        uint64 newest = DATANETS.datanet(snapshot.datanetId).lastRecordNo;
        if (snapshot.lastRecordNo == 0 || snapshot.lastRecordNo > newest) {
            revert SnapshotAhead(snapshot.datanetId, snapshot.lastRecordNo);
        }
        if (!DATANETS.mayRead(snapshot.datanetId, msg.sender)) {
            revert NotPermitted(snapshot.datanetId, msg.sender);
        }
    }

    function _existing(uint64 modelId) private view returns (Model storage) {
        if (modelId == 0 || modelId > lastModelId) revert UnknownModel(modelId);
        return _models[modelId];
    }
}
