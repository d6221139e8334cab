#!/bin/sh
# fetch.sh CACHE - what the embedder is compared with, in CACHE/oracle.
#
# An independent runtime, an independent tokenizer (both prebuilt for x86-64
# Linux), the weights as they are published and another's int8 form of them:
# by name, version and integrity, like everything that is fetched.
set -eu
fetch=$(cd "$(dirname "$0")/../../lib" && pwd)/fetch-package.sh
dir=$1/oracle

[ "$(uname -sm)" = "Linux x86_64" ] || {
    echo "the oracle's programs are for x86-64 Linux" >&2
    exit 1
}
command -v node >/dev/null || { echo "the oracle needs node" >&2; exit 1; }

whole() { # whole KEY DIRECTORY
    [ -e "$2/package.json" ] || sh "$fetch" "$1" "$2" >&2
}
modules=$dir/node_modules
whole oracle-runtime "$modules/onnxruntime-node"
whole oracle-common "$modules/onnxruntime-common"
whole oracle-tokens "$modules/@anush008/tokenizers-linux-x64-gnu"
# 200 MB for other systems.
find "$modules/onnxruntime-node/bin" -mindepth 2 -maxdepth 3 -type d \
    \( -name win32 -o -name darwin -o -path '*/linux/arm64' \) \
    -exec rm -rf {} + 2>/dev/null || true
[ -s "$dir/tokenizer.json" ] || sh "$fetch" minilm "$dir" \
    package/model/model.fp16.safetensors package/model/tokenizer.json >&2
[ -s "$dir/model_quantized.onnx" ] || sh "$fetch" oracle-int8 "$dir" \
    package/models/Xenova/all-MiniLM-L6-v2/onnx/model_quantized.onnx >&2
echo "$dir"
