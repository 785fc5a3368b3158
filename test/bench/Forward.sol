// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Makes many calls in one transaction, whose data is each call's target (20 bytes), the length of
/// its data (4 bytes) and its data, one call after the other.
contract Forward {
    fallback() external {
        assembly {
            for { let at := 0 } lt(at, calldatasize()) {} {
                let target := shr(96, calldataload(at))
                let length := shr(224, calldataload(add(at, 20)))
                at := add(at, 24)
                calldatacopy(0, at, length)
                if iszero(call(gas(), target, 0, 0, length, 0, 0)) { revert(0, 0) }
                at := add(at, length)
            }
        }
    }
}
