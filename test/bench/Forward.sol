// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Makes many calls in one transaction.
contract Forward {
    function all(address[] calldata targets, bytes[] calldata calls) external {
        for (uint256 i = 0; i < targets.length; i++) {
            (bool done,) = targets[i].call(calls[i]);
            require(done);
        }
    }
}
