# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2034
# The verbs a scenario is told in: at, set_option, edit, commit, deploy, truth. Sourced by record.sh.
# Commits are made when they happen: no date is set by hand.

declare -A mail_of=([Mina Okafor]=mina [Jonas Weber]=jonas [Priya Nair]=priya [Tomas Lind]=tomas)

git_config() {
    git -C "$work/config" "$@"
}

commit() { # AUTHOR MESSAGE
    local mail=${mail_of[$1]}@shop.example
    git_config add -A
    GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$mail GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL=$mail \
        git_config commit -q -m "$2"
    say "commit $(head_id) $2"
}

head_id() {
    git_config rev-parse --short=8 HEAD
}

# The shop's configuration as it is shipped, in the history's first commit.
config_begin() {
    git init -q -b main "$work/config"
    cp -r "$shop_source/config/." "$work/config/"
    commit "Tomas Lind" "shop: configuration of all services"
    local service
    for service in nginx storefront catalog orders worker postgres; do
        put_live "$service"
    done
}

put_live() { # SERVICE: a copy of its folder at HEAD, and which commit that is
    mkdir -p "$work/live/$1"
    cp "$work/config/$1/"* "$work/live/$1/"
    head_id >"$work/live/$1/version"
}

set_option() { # SERVICE KEY VALUE; the key must be there, else the commit would be empty
    local file=$work/config/$1/$1.conf
    grep -q "^ *$2 " "$file"
    if [[ $1 == nginx ]]; then
        sed -i "s|^\( *\)$2 .*|\1$2 $3;|" "$file"
    else
        sed -i "s|^$2 = .*|$2 = $3|" "$file"
    fi
}

edit() { # FILE SED-SCRIPT; it must change something, else the commit would be empty
    sed -i "$2" "$work/config/$1"
    if git_config diff --quiet -- "$1"; then
        echo "record.sh: $2 changes nothing in $1" >&2
        return 1
    fi
}

# Puts HEAD's configuration of one service to work: nginx reloads, PostgreSQL runs what migrations
# are new, the others restart in turn. HOW is `rolling`; or `replacing`, which stops the old one
# first and does not wait for the new one; or an instance, which is then the only one to get it.
deploy() { # AUTHOR SERVICE [HOW]
    local id kind=deploy started instance only='' how=${3:-rolling}
    started=$(now)
    deploys=$((${deploys:-0} + 1))
    id=deploy-$deploys
    put_live "$2"
    say "$id of $2 at $(head_id)"
    event Normal DeployStarted "service/$2" "$id of $2 at $(head_id) by $1"
    case $2/$how in
        nginx/*)
            kind=config
            nginx_reload
            ;;
        postgres/*)
            database_migrate
            ;;
        */rolling)
            for instance in ${instances_of[$2]}; do
                shop_restart "$instance"
            done
            ;;
        */replacing)
            for instance in ${instances_of[$2]}; do
                shop_replace "$instance"
            done
            ;;
        *)
            only=$how
            shop_restart "$only"
            ;;
    esac
    event Normal DeployFinished "service/$2" "$id of $2 at $(head_id) finished"
    last_deploy_s=$started
    last_change=$(head_id)
    jq -cn --arg id "$id" --argjson timestamp "$started" --arg service "$2" --arg kind "$kind" \
        --arg author "$1" --arg instance "$only" --arg message "$2 at $(head_id)" --arg detail "commit $(head_id)" \
        '{id: $id, timestamp: $timestamp, service: $service, kind: $kind, author: $author,
        message: $message, files: [], detail: $detail}
        | if $instance == "" then . else .instance = $instance end' >>"$work/deploys.jsonl"
}

story_begin() {
    story_start=$SECONDS
}

at() { # SECONDS of the story; a step that is late is done at once
    while ((SECONDS - story_start < $1)); do sleep 0.2; done
}

happens() { # COMMAND...: what no change of anybody's has brought
    last_deploy_s=$(now)
    last_change=
    "$@"
}

truth() { # SERVICE INSTANCE CAUSE: of the change just deployed, or of what just happened
    jq -n --arg id "$scenario" --arg service "$1" --arg instance "$2" --arg cause "$3" \
        --arg change "$last_change" --argjson t_inject "$last_deploy_s" '{id: $id, service: $service,
        instance: $instance, cause: $cause, change: $change, t_inject: $t_inject,
        dataset: "examples"}' >"$work/truth.json"
}

alert_wait() { # RULE SECONDS
    say "waiting for $1"
    wait_until "$2" grep -q "\"name\":\"$1\"" "$work/out/alerts.jsonl"
    say "$1 fires"
}
