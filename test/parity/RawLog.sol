// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Emits any log, as if it were any contract.
contract RawLog {
    function emitLog(bytes32[] calldata topics, bytes calldata data) external {
        bytes memory copy = data;
        assembly {
            let start := add(copy, 32)
            let size := mload(copy)
            let first := topics.offset
            switch topics.length
            case 1 { log1(start, size, calldataload(first)) }
            case 2 { log2(start, size, calldataload(first), calldataload(add(first, 32))) }
            case 3 { log3(start, size, calldataload(first), calldataload(add(first, 32)), calldataload(add(first, 64))) }
            case 4 {
                log4(
                    start,
                    size,
                    calldataload(first),
                    calldataload(add(first, 32)),
                    calldataload(add(first, 64)),
                    calldataload(add(first, 96))
                )
            }
        }
    }
}
