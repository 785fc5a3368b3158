// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @notice Equality with a message that shows both sides.
library Check {
    function eq(uint256 actual, uint256 expected, string memory what) internal pure {
        require(
            actual == expected,
            string.concat(what, ": ", Strings.toString(actual), ", expected ", Strings.toString(expected))
        );
    }

    function eq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        require(
            actual == expected,
            string.concat(
                what,
                ": ",
                Strings.toHexString(uint256(actual)),
                ", expected ",
                Strings.toHexString(uint256(expected))
            )
        );
    }

    function eq(address actual, address expected, string memory what) internal pure {
        require(
            actual == expected,
            string.concat(
                what, ": ", Strings.toHexString(actual), ", expected ", Strings.toHexString(expected)
            )
        );
    }
}
