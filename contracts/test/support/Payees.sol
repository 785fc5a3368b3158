// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttributionSettlement} from "../../src/AttributionSettlement.sol";
import {MerkleSum} from "../../src/libraries/MerkleSum.sol";

/// @notice Takes no money, until told to.
contract RefusingPayee {
    bool public takes;

    function setTakes(bool value) external {
        takes = value;
    }

    receive() external payable {
        require(takes, "no");
    }
}

/// @notice Reverts with as much data as its gas affords.
contract BombingPayee {
    receive() external payable {
        assembly {
            // Memory costs 3 gas a word and a square on top: this takes most of what is there.
            let size := mul(div(gas(), 4), 32)
            if gt(size, 100000) { size := 100000 }
            revert(0, size)
        }
    }
}

/// @notice Burns all the gas that it gets.
contract BurningPayee {
    receive() external payable {
        uint256 burnt;
        while (true) ++burnt;
    }
}

/// @notice Tries to be paid again while it is being paid.
contract ReenteringPayee {
    AttributionSettlement private _settlement;
    bytes[] private _calls;
    uint256 public attempts;
    uint256 public successes;

    constructor(AttributionSettlement settlement) {
        _settlement = settlement;
    }

    function plan(bytes calldata data) external {
        _calls.push(data);
    }

    function start(bytes calldata data) external {
        (bool success,) = address(_settlement).call(data);
        require(success, "claim failed");
    }

    receive() external payable {
        for (uint256 i = 0; i < _calls.length; ++i) {
            ++attempts;
            (bool success,) = address(_settlement).call(_calls[i]);
            if (success) ++successes;
        }
    }
}

/// @notice A contract wallet (ERC-1271) that accepts one digest.
contract ContractWallet {
    bytes32 public accepted;

    function accept(bytes32 digest) external {
        accepted = digest;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == accepted ? this.isValidSignature.selector : bytes4(0);
    }

    function call(address target, bytes calldata data) external payable returns (bytes memory) {
        (bool success, bytes memory result) = target.call{value: msg.value}(data);
        require(success, "call failed");
        return result;
    }

    receive() external payable {}
}
