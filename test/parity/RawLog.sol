// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Emits any log, as if it were any contract: what it is called with is the number of the log's
/// topics (1 byte), the topics and the log's data, one after the other.
contract RawLog {
    fallback() external {
        assembly {
            let count := byte(0, calldataload(0))
            let start := add(1, mul(32, count))
            let size := sub(calldatasize(), start)
            calldatacopy(0, start, size)
            switch count
            case 1 { log1(0, size, calldataload(1)) }
            case 2 { log2(0, size, calldataload(1), calldataload(33)) }
            case 3 { log3(0, size, calldataload(1), calldataload(33), calldataload(65)) }
            case 4 { log4(0, size, calldataload(1), calldataload(33), calldataload(65), calldataload(97)) }
            default { revert(0, 0) }
        }
    }
}
