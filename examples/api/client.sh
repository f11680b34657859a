#!/bin/sh
# A system's way through the API by curl and jq alone: send writs, run a batch, read assignments.
#
#   client.sh http://127.0.0.1:8211 TOKEN writs.ndjson [SECRET REQUEST]
#
# With a webhook's secret it checks one that came: the folder REQUEST has its headers and its body, each in a file.
set -eu
address=$1 token=$2 file=$3
once() { cat /proc/sys/kernel/random/uuid; }
# What is refused has a code that stays the same; it is shown, and all ends.
ask() {
    answer=$(curl --silent --show-error --fail-with-body --header "Authorization: Bearer $token" "$@") || {
        echo "$answer" >&2
        exit 1
    }
    printf '%s\n' "$answer"
}
write() { ask --request POST --header "Idempotency-Key: $(once)" "$@"; }

told=$(write --header 'Content-Type: application/x-ndjson' --data-binary "@$file" "$address/api/v1/intake?table=writs")
taken=$(echo "$told" | jq .counts.writs.new)
told=$(write --header 'Content-Type: application/json' --data '{}' "$address/api/v1/batches")
job=$(echo "$told" | jq --raw-output .job_id)
while :; do
    told=$(ask "$address/api/v1/jobs/$job")
    case $(echo "$told" | jq --raw-output .state) in
        queued | running) sleep 0.3 ;;
        done) break ;;
        *) echo "$told" >&2; exit 1 ;;
    esac
done
batch=$(echo "$told" | jq --raw-output .batch_id)
assigned=0 cursor=
# Where nothing waited, there is no batch.
while [ "$batch" != null ]; do
    page=$(ask --get --data limit=1000 ${cursor:+--data-urlencode "cursor=$cursor"} "$address/api/v1/batches/$batch/assignments")
    assigned=$((assigned + $(echo "$page" | jq '.items | length')))
    cursor=$(echo "$page" | jq --raw-output '.next // empty')
    [ -n "$cursor" ] || break
done
hook=null
if [ $# -gt 3 ]; then
    until [ -e "$5/body" ]; do sleep 0.2; done
    # As Standard Webhooks say: base64 of HMAC-SHA256 over id, time and body; several signatures where a key is changed.
    key=$(echo "${4#whsec_}" | base64 --decode | od -An -tx1 | tr -d ' \n')
    due=$({ printf '%s.%s.' "$(cat "$5/webhook-id")" "$(cat "$5/webhook-timestamp")"; cat "$5/body"; } |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
    case " $(cat "$5/webhook-signature") " in
        *" v1,$due "*) hook=$(jq .data.subject "$5/body") ;;
        *) echo "the webhook is not genuine" >&2; exit 1 ;;
    esac
fi
echo "{\"taken\": $taken, \"assigned\": $assigned, \"hook\": $hook}"
