function serve() { return other(); }
function other() { return 1; }
module.exports = serve;
