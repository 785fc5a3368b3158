// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttributionSettlement} from "../src/AttributionSettlement.sol";
import {GOpen} from "../src/GOpen.sol";
import {ModelRegistry} from "../src/ModelRegistry.sol";
import {PaymentEscrow} from "../src/PaymentEscrow.sol";
import {Check} from "./support/Check.sol";
import {Handler} from "./support/Handler.sol";

/// @notice What holds after any sequence of moves.
contract InvariantsTest {
    Handler private handler;
    GOpen private gOpen;
    ModelRegistry private models;
    PaymentEscrow private escrow;
    AttributionSettlement private settlement;

    function setUp() public {
        handler = new Handler();
        (address a, address b, address c, address d) = handler.system();
        gOpen = GOpen(payable(a));
        models = ModelRegistry(b);
        escrow = PaymentEscrow(c);
        settlement = AttributionSettlement(d);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_everyWeiIsAccountedFor() public view {
        Check.eq(
            address(settlement).balance, settlement.totalCollected() - settlement.totalPaid(), "settlement"
        );
        Check.eq(address(escrow).balance, escrow.totalBalance(), "escrow");
        Check.eq(escrow.totalBalance(), escrow.payerOf(handler.payerAccount()).balance, "its payers");
        Check.eq(
            handler.deposited(),
            handler.withdrawn() + escrow.totalBalance() + settlement.totalCollected(),
            "deposits"
        );
        Check.eq(address(gOpen).balance, gOpen.totalSupply(), "gOPEN");
        Check.eq(address(models).balance, models.totalStake(1), "stakes");
    }

    function invariant_paidIsSettledAndSettledIsCollected() public view {
        require(settlement.totalPaid() <= settlement.settledSum(), "paid more than settled");
        AttributionSettlement.Epoch memory head = settlement.epoch(settlement.headEpochId());
        require(settlement.settledSum() <= head.sum, "settled more than the head of the chain");
        require(head.sum <= settlement.totalCollected(), "posted more than collected");
    }

    function invariant_nobodyIsPaidTwice() public view {
        require(!handler.paidTwice(), "an account got other than what was booked");
        uint256 total;
        for (uint256 i = 0; i < 6; ++i) {
            total += handler.received(handler.people(i));
        }
        Check.eq(total, settlement.totalPaid(), "arrived");
    }

    function invariant_vouchersOnlyRise() public view {
        require(!handler.voucherFell(), "an old voucher was worth something");
        require(handler.lastCollected() <= handler.metered(), "collected more than was signed for");
        Check.eq(settlement.totalCollected(), handler.lastCollected(), "collected");
    }
}
