// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

import "./Base.sol";
import {Token as T} from "./Token.sol";

/// A shape.
contract Shape is Base, Owned {
    uint256 public constant LIMIT = 16;
    mapping(address => uint256) private balances;
    event Drawn(address who);
    error Broken(string why);
    struct Point { uint256 x; }
    enum Color { Red, Green }

    modifier onlyOwner() { _; }

    constructor(string memory name) Base(name) {}

    /// Draws it.
    function draw(address to) public onlyOwner returns (bool) {
        emit Drawn(to);
        return helper(balances[to]);
    }

    function helper(uint256 x) internal pure returns (bool) { return x > LIMIT; }
}

interface IShape { function draw(address to) external returns (bool); }
library Maths { function add(uint a, uint b) internal pure returns (uint) { return a + b; } }
