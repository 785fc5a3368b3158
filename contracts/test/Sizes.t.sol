// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {System} from "./support/System.sol";

/// @notice EIP-170: what is larger cannot be deployed (the tests themselves run without that limit).
contract SizesTest is System {
    uint256 private constant LIMIT = 24_576;

    function test_everyContractFits() public {
        deploySystem();
        require(address(gOpen).code.length <= LIMIT, "GOpen");
        require(address(timelock).code.length <= LIMIT, "TimelockController");
        require(address(governor).code.length <= LIMIT, "OpenGovernor");
        require(address(accounts).code.length <= LIMIT, "AccountRegistry");
        require(address(datanets).code.length <= LIMIT, "DatanetRegistry");
        require(address(models).code.length <= LIMIT, "ModelRegistry");
        require(address(params).code.length <= LIMIT, "ParamRegistry");
        require(address(escrow).code.length <= LIMIT, "PaymentEscrow");
        require(address(settlement).code.length <= LIMIT, "AttributionSettlement");
    }
}
