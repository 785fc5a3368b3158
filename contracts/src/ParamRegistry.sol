// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// @notice What the parameters must know of the settlement.
interface IEpochClock {
    /// @notice The newest posted epoch, 0 before the first.
    function lastEpochId() external view returns (uint64);
}

/// @title ParamRegistry
/// @notice The governed numbers of the payment rule, in numbered versions. A version is complete (it
/// has a value for every key) and never changes; it takes effect at an epoch in the future, so no
/// answer is ever priced or split by rules that came after it.
/// @dev A key is the keccak256 of the parameter's UTF-8 name. Keys, bounds and sums are fixed at
/// deployment.
contract ParamRegistry is Ownable {
    /// @param key keccak256 of the name.
    /// @param value Value in version 1.
    /// @param min Least value governance may set.
    /// @param max Greatest value governance may set.
    struct Param {
        bytes32 key;
        uint256 value;
        uint256 min;
        uint256 max;
    }

    /// @param keys Parameters that share one whole.
    /// @param total What their values add up to in every version.
    struct Whole {
        bytes32[] keys;
        uint256 total;
    }

    struct Bounds {
        bool known;
        uint256 min;
        uint256 max;
    }

    /// @notice The settlement whose epochs versions take effect at.
    IEpochClock public immutable SETTLEMENT;

    /// @notice The newest version, in effect or scheduled.
    uint32 public lastVersion;
    /// @notice The first epoch a version is in effect at.
    mapping(uint32 version => uint64 epochId) public effectiveEpoch;

    bytes32[] private _keys;
    Whole[] private _wholes;
    mapping(bytes32 key => Bounds) private _bounds;
    mapping(uint32 version => mapping(bytes32 key => uint256)) private _values;

    /// @notice A version sets a parameter; parameters without this event keep their values. Version
    /// 1 sets all of them, from epoch 1 on.
    event ParamsScheduled(
        uint32 indexed version, bytes32 indexed key, uint256 previous, uint256 value, uint64 effectiveEpoch
    );

    /// @notice No parameter has this key.
    error UnknownKey(bytes32 key);
    /// @notice The key stands twice in the list.
    error DuplicateKey(bytes32 key);
    /// @notice No version has this number.
    error UnknownVersion(uint32 version);
    /// @notice A value lies outside of its bounds.
    error OutOfBounds(bytes32 key, uint256 value, uint256 min, uint256 max);
    /// @notice The parts of a whole do not add up.
    error WrongTotal(uint256 whole, uint256 total, uint256 expected);
    /// @notice The epoch has begun, or lies before that of an earlier version.
    error EpochTooEarly(uint64 effectiveEpoch, uint64 earliest);
    /// @notice Keys and values must be as many, and not none.
    error LengthMismatch(uint256 keys, uint256 values);

    /// @param governance Who may schedule versions (the timelock).
    /// @param settlement Whose epochs versions take effect at; may be deployed later.
    /// @param params All parameters with their first values and bounds.
    /// @param wholes Groups whose values must always add up.
    constructor(address governance, IEpochClock settlement, Param[] memory params, Whole[] memory wholes)
        Ownable(governance)
    {
        SETTLEMENT = settlement;
        lastVersion = 1;
        effectiveEpoch[1] = 1;
        for (uint256 i = 0; i < params.length; ++i) {
            Param memory param = params[i];
            if (_bounds[param.key].known) revert DuplicateKey(param.key);
            _bounds[param.key] = Bounds({known: true, min: param.min, max: param.max});
            _keys.push(param.key);
            _set(1, param.key, param.value, 1);
        }
        for (uint256 i = 0; i < wholes.length; ++i) {
            _wholes.push(wholes[i]);
        }
        _checkWholes(1);
    }

    /// @notice Makes a new version out of the newest one. Only governance.
    /// @param keys The parameters to change.
    /// @param values Their new values.
    /// @param effectiveFrom The first epoch of the new version: after the one that is open now, and
    /// not before an earlier version's.
    /// @return version The new version.
    function schedule(bytes32[] calldata keys, uint256[] calldata values, uint64 effectiveFrom)
        external
        onlyOwner
        returns (uint32 version)
    {
        if (keys.length != values.length || keys.length == 0) {
            revert LengthMismatch(keys.length, values.length);
        }
        uint32 previous = lastVersion;
        uint64 earliest = SETTLEMENT.lastEpochId() + 2;
        if (effectiveEpoch[previous] > earliest) earliest = effectiveEpoch[previous];
        if (effectiveFrom < earliest) revert EpochTooEarly(effectiveFrom, earliest);

        version = previous + 1;
        lastVersion = version;
        effectiveEpoch[version] = effectiveFrom;
        for (uint256 i = 0; i < _keys.length; ++i) {
            _values[version][_keys[i]] = _values[previous][_keys[i]];
        }
        for (uint256 i = 0; i < keys.length; ++i) {
            if (!_bounds[keys[i]].known) revert UnknownKey(keys[i]);
            _set(version, keys[i], values[i], effectiveFrom);
        }
        _checkWholes(version);
    }

    /// @notice The version that is in effect at an epoch.
    /// @param epochId The epoch, at least 1.
    function versionAt(uint64 epochId) external view returns (uint32 version) {
        version = lastVersion;
        while (version > 1 && effectiveEpoch[version] > epochId) --version;
    }

    /// @notice The value of a parameter in a version.
    function valueOf(uint32 version, bytes32 key) external view returns (uint256) {
        if (version == 0 || version > lastVersion) revert UnknownVersion(version);
        if (!_bounds[key].known) revert UnknownKey(key);
        return _values[version][key];
    }

    /// @notice All parameters of a version.
    /// @return keys The keys.
    /// @return values Their values, in the same order.
    function valuesOf(uint32 version) external view returns (bytes32[] memory keys, uint256[] memory values) {
        if (version == 0 || version > lastVersion) revert UnknownVersion(version);
        keys = _keys;
        values = new uint256[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            values[i] = _values[version][keys[i]];
        }
    }

    /// @notice The bounds of a parameter.
    function boundsOf(bytes32 key) external view returns (uint256 min, uint256 max) {
        Bounds storage bounds = _bounds[key];
        if (!bounds.known) revert UnknownKey(key);
        return (bounds.min, bounds.max);
    }

    function _set(uint32 version, bytes32 key, uint256 value, uint64 effectiveFrom) private {
        Bounds storage bounds = _bounds[key];
        if (value < bounds.min || value > bounds.max) revert OutOfBounds(key, value, bounds.min, bounds.max);
        emit ParamsScheduled(version, key, _values[version][key], value, effectiveFrom);
        _values[version][key] = value;
    }

    function _checkWholes(uint32 version) private view {
        for (uint256 i = 0; i < _wholes.length; ++i) {
            uint256 total = 0;
            for (uint256 j = 0; j < _wholes[i].keys.length; ++j) {
                bytes32 key = _wholes[i].keys[j];
                if (!_bounds[key].known) revert UnknownKey(key);
                total += _values[version][key];
            }
            if (total != _wholes[i].total) revert WrongTotal(i, total, _wholes[i].total);
        }
    }
}
