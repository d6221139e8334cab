// What CommonJS imports and exports.
const Shop = require('./shop');
const convert = require('./money').convert, deep = require('./money').rates.all;
const app = require('express')();
let { tally, fee: charge } = require('./money.js');

function sum(x) { return tally(x); }
const round = (x) => charge(x);
function hidden(x) { return new Shop(x); }
function late() { return convert(1); }

module.exports = {
    sum,
    half: round,
    both(x) { return hidden(x); },
    third: function (x) { return deep(x); },
    count: 3,
};
exports.later = late;
