// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Emits the events that the host's tests index.
contract Ledger {
    struct Point {
        int32 x;
        int32 y;
        string name;
    }

    event Moved(address indexed from, address indexed to, uint256 value);
    event Noted(address indexed author, string indexed topic, string note, bytes data, int64 mood, uint8[] marks, Point place);
    event Opened(address indexed branch, string label);
    event Poisoned(uint256 reason);

    mapping(address => uint256) public balanceOf;

    function move(address to, uint256 value) public {
        balanceOf[to] += value;
        emit Moved(msg.sender, to, value);
    }

    function moveMany(address[] calldata to, uint256[] calldata values) external {
        for (uint256 i = 0; i < to.length; i++) move(to[i], values[i]);
    }

    function note(string calldata topic, string calldata text, bytes calldata data, int64 mood, uint8[] calldata marks, Point calldata place) external {
        emit Noted(msg.sender, topic, text, data, mood, marks, place);
    }

    function open(string calldata label) external returns (Branch branch) {
        branch = new Branch();
        emit Opened(address(branch), label);
        branch.visit();
    }

    function poison(uint256 reason) external {
        emit Poisoned(reason);
    }

    function refuse() external pure returns (uint256) {
        revert("refused");
    }
}

contract Branch {
    event Visited(address indexed visitor, uint256 count);

    uint256 public count;

    function visit() external {
        count += 1;
        emit Visited(msg.sender, count);
    }
}
