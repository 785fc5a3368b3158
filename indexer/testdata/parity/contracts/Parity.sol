// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Emits what the cases of single rules index.
contract Emitter {
    struct Place {
        int32 x;
        int64 y;
        string name;
    }

    event Put(string id, int256 number, string text, bytes data, uint8 kind);
    event Drop(string id);
    event Tick(string symbol, int256 price, uint256 amount);
    event Fail(uint256 code);
    event Tagged(address indexed who, uint256 indexed kind, string indexed label, Place place, Place[] places, int16[3] numbers);
    event Unnamed(address, uint256 indexed, bytes4);
    event Published(string cid, uint256 number);

    mapping(uint256 => uint256) public squareOf;

    function put(string calldata id, int256 number, string calldata text, bytes calldata data, uint8 kind) external {
        emit Put(id, number, text, data, kind);
    }

    function putMany(string[] calldata ids, int256 number, string calldata text, bytes calldata data, uint8 kind) external {
        for (uint256 i = 0; i < ids.length; i++) emit Put(ids[i], number + int256(i), text, data, kind);
    }

    function drop(string calldata id) external {
        emit Drop(id);
    }

    function tick(string calldata symbol, int256 price, uint256 amount) external {
        emit Tick(symbol, price, amount);
    }

    function fail(uint256 code) external {
        emit Fail(code);
    }

    function tag(uint256 kind, string calldata label, Place calldata place, Place[] calldata places, int16[3] calldata numbers) external {
        squareOf[kind] = kind * kind;
        emit Tagged(msg.sender, kind, label, place, places, numbers);
        emit Unnamed(msg.sender, kind, bytes4(keccak256(bytes(label))));
    }

    function publish(string calldata cid, uint256 number) external {
        emit Published(cid, number);
    }

    /// Answers, reverts with a reason, or runs out of what it has, by its argument.
    function answer(uint256 kind) external view returns (uint256, string memory, address) {
        if (kind % 5 == 4) revert("no answer");
        if (kind % 5 == 3) assert(false);
        return (squareOf[kind] + 1, "square", address(this));
    }
}

/// The least of an ERC-20.
contract Coin {
    string public name;
    string public symbol;
    uint8 public immutable decimals;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor(string memory name_, string memory symbol_, uint8 decimals_) {
        (name, symbol, decimals) = (name_, symbol_, decimals_);
    }

    function mint(address to, uint256 value) external {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }
}

/// The least of an ERC-721: its events have the topics of an ERC-20's and one more.
contract Card {
    string public name = "Card";
    mapping(uint256 => address) public ownerOf;

    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId);

    function mint(address to, uint256 tokenId) external {
        emit Transfer(ownerOf[tokenId], to, tokenId);
        ownerOf[tokenId] = to;
    }

    function approve(address approved, uint256 tokenId) external {
        emit Approval(ownerOf[tokenId], approved, tokenId);
    }

    function tokenURI(uint256 tokenId) external pure returns (string memory) {
        require(tokenId % 3 != 0, "no such card");
        return tokenId % 2 == 0 ? "even" : "odd";
    }
}

/// Makes pairs, which trade in the very transaction that makes them.
contract Factory {
    event PairCreated(address indexed token0, address indexed token1, Pair pair, uint256 count);

    uint256 public count;

    function create(address token0, address token1) external returns (Pair pair) {
        pair = new Pair(token0, token1);
        count += 1;
        emit PairCreated(token0, token1, pair, count);
        pair.sync(uint112(count), uint112(count * 2));
    }
}

contract Pair {
    address public immutable token0;
    address public immutable token1;
    uint112 public reserve0;
    uint112 public reserve1;

    event Swap(address indexed sender, uint256 amount0In, uint256 amount1Out, address indexed to);
    event Sync(uint112 reserve0, uint112 reserve1);

    constructor(address token0_, address token1_) {
        (token0, token1) = (token0_, token1_);
    }

    function sync(uint112 reserve0_, uint112 reserve1_) public {
        (reserve0, reserve1) = (reserve0_, reserve1_);
        emit Sync(reserve0_, reserve1_);
    }

    function swap(uint112 amount0In, uint112 amount1Out, address to) external {
        sync(reserve0 + amount0In, reserve1 > amount1Out ? reserve1 - amount1Out : 1);
        emit Swap(msg.sender, amount0In, amount1Out, to);
    }
}

/// The events of an OpenZeppelin governor.
contract Governor {
    event ProposalCreated(
        uint256 proposalId,
        address proposer,
        address[] targets,
        uint256[] values,
        string[] signatures,
        bytes[] calldatas,
        uint256 voteStart,
        uint256 voteEnd,
        string description
    );
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason);
    event ProposalQueued(uint256 proposalId, uint256 etaSeconds);
    event ProposalExecuted(uint256 proposalId);
    event ProposalCanceled(uint256 proposalId);

    function propose(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, string calldata description)
        external
        returns (uint256 id)
    {
        id = uint256(keccak256(abi.encode(targets, values, calldatas, description)));
        emit ProposalCreated(
            id, msg.sender, targets, values, new string[](targets.length), calldatas, block.number + 2, block.number + 20, description
        );
    }

    function vote(uint256 id, uint8 support, uint256 weight, string calldata reason) external {
        emit VoteCast(msg.sender, id, support, weight, reason);
    }

    function queue(uint256 id) external {
        emit ProposalQueued(id, block.timestamp + 3600);
    }

    function execute(uint256 id) external {
        emit ProposalExecuted(id);
    }

    function cancel(uint256 id) external {
        emit ProposalCanceled(id);
    }
}
