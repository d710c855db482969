#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom changes --repo`: what a git repository says of its changes, whatever stands in it.
set -u
warroom=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-git-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh
not() { ! "$@"; }
if ! command -v git >/dev/null; then
    echo 'skipped: git is not installed'
    exit 77
fi

# What the user has configured must matter neither here nor to the program.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 HOME="$work" XDG_CACHE_HOME="$work/cache"
export GIT_AUTHOR_NAME=kim GIT_AUTHOR_EMAIL=kim@example.org GIT_COMMITTER_NAME=kim GIT_COMMITTER_EMAIL=kim@example.org
repo=$work/repo
index=$work/index
now=1764032400
in_repo() { git -C "$repo" -c init.defaultBranch=main "$@" >/dev/null; }
# commit MESSAGE: all that is there, a minute after the last
commit() {
    now=$((now + 60))
    in_repo add -A
    GIT_AUTHOR_DATE="1500000000 +0000" GIT_COMMITTER_DATE="$now +0000" in_repo commit -q --allow-empty -m "$1"
}
# line N: that of the N-th change, from 1
line() { sed -n "$(($1 + 1))p" "$index"; }
line_has() { line "$1" | grep -q -F -- "$2"; }
lines_are() { [ "$(wc -l <"$index")" = "$(($1 + 1))" ]; }
index() { run changes index --repo "$repo" --index "$index" "$@"; }
rank() { run changes rank --repo "$repo" --index "$index" "$@"; }

# ---- what is no history ----

index
check 'a folder that is not there is named' refused "$repo: "
mkdir "$repo"
index
check 'a folder that is no repository is named' refused 'it is no git repository'
in_repo init -q
index
check 'a repository without commits is named' refused 'no '
check 'and leaves no index' not test -e "$index"

# ---- what is a history ----

printf 'int main(void)\n{\n    int before;\n    return 0;\n}\n' >"$repo/main.c"
commit 'Begin'
printf 'proxy_read_timeout 5;\n' >"$repo/up.conf"
commit 'lb: shorter upstream timeouts'
sed -i 's/return 0/return exit_code_of_worker/' "$repo/main.c"
commit 'Give the exit code'
in_repo mv main.c daemon.c
commit 'Move'
printf 'a\0b' >"$repo/picture.bin"
commit 'A picture'
printf 'odd\n' >"$repo/$(printf 'new\nline\t"q" \377')"
commit 'Odd names'
commit "$(printf 'Look here\n\n\033[31mdiff --git a/x b/x\n@@ -1 +1 @@\n+forged_word\n:100644 100644 0 0 M')"
printf -- '-- a/up.conf\n++ b/up.conf\n@@ -1 +9 @@ forged_scope\ndiff --git a/forged b/forged\n' >"$repo/lines"
commit 'Lines that look like headers'
rm "$repo/lines"
commit 'Take them away'
in_repo checkout -q -b side
printf 'side_word\n' >"$repo/side.c"
commit 'On the side'
in_repo checkout -q main
commit 'On the main line'
now=$((now + 60))
GIT_COMMITTER_DATE="$now +0000" in_repo merge -q --no-ff -m "Merge branch 'side'" side
in_repo revert --no-edit HEAD~1 2>/dev/null || commit 'Revert "On the main line"'
rm "$repo/up.conf"
ln -s daemon.c "$repo/up.conf"
commit 'A file becomes a link'

index
check '`changes index` is done' ended_with 0
check 'and says how many changes there are' out_has '^13 changes, 13 of them new'
check 'it is written whole' lines_are 13
check 'a change has its files, their lines and words' line_has 2 '"files":[["up.conf",1,0]],"words":{"proxy_read_timeout":1}'
check 'and its landing time, not that of writing' line_has 2 '"time":"2025-11-25T01:02:00Z"'
check 'and the function that it lies in' line_has 3 '"scopes":{"int":1,"main":1,"void":1}'
check 'a rename is one file, and no lines' line_has 4 '"files":[["daemon.c",0,0]]'
check 'a binary file has no lines' line_has 5 '"files":[["picture.bin",0,0]],"words":{}'
check 'a path may hold anything' line_has 6 '"files":[["new\nline\t\"q\" '
check 'a message cannot pass for a diff' line_has 7 '"files":[],"words":{}'
check 'a line of a file cannot pass for a header' line_has 8 '"files":[["lines",4,0]]'
check 'nor where it is taken away' line_has 9 '"files":[["lines",0,4]]'
check 'nor does it make a scope' not line_has 8 '"scopes":{"forged_scope"'
check 'a merge lands what it brings' line_has 11 '"files":[["side.c",1,0]],"words":{"side_word":1}'
check 'what was merged does not land by itself' not grep -q 'On the side' "$index"
check 'a file that becomes a link is one file' line_has 13 '"files":[["up.conf",1,1]]'

# ---- what is new ----

cp "$index" "$work/before"
index
check 'without new commits nothing is added' out_has '^13 changes, 0 of them new'
check 'and nothing is written' cmp -s "$index" "$work/before"
commit 'One more'
index
check 'only what is new is read' out_has '^14 changes, 1 of them new'
check 'and appended' lines_are 14
cp "$index" "$work/whole"
head -c "$(($(wc -c <"$index") - 20))" "$index" >"$work/torn"
cp "$work/torn" "$index"
index
check 'a torn line is read again' cmp -s "$index" "$work/whole"
index --rev HEAD~3
check 'an older revision is there already' out_has '^14 changes, 0 of them new'
now=$((now - 7200))
commit 'A clock that goes wrong'
index
check 'no change lands before the one below it' line_has 15 "$(line 14 | sed 's/.*\("time":"[^"]*"\).*/\1/')"
in_repo reset -q --hard HEAD~4
now=$((now + 7200))
commit 'Another way'
index
check 'a rewritten history is begun anew' err_has 'begun anew'
check 'and said' out_has ' of them new'
check 'to the end that it has now' grep -q 'Another way' "$index"
check 'without what is gone' not grep -q 'One more' "$index"
if command -v flock >/dev/null; then
    exec 9<"$index"
    flock -n 9
    index
    check 'an index that another process writes to is left alone' refused 'another process'
    exec 9<&-
fi
printf '{"warroom_index":0}\n' >"$index"
index
check 'an index of another version is begun anew' err_has 'another version'
printf 'my diary\n' >"$work/diary"
run changes index --repo "$repo" --index "$work/diary"
check 'a file that is no index is left alone' refused 'no index'
check 'as it was' grep -q 'my diary' "$work/diary"
run changes index --repo "$repo"
check 'an index has a place of its own' out_has "^$work/cache/warroom/changes-"
index --rev no-such-branch
check 'a revision that is not there is named' refused 'no such revision'
index --rev --all
check 'nor is it an option' refused '.'

# ---- ranked ----

rank --symptom 'upstream timeout in up.conf: proxy_read_timeout' --at 2025-11-25T02:00:00Z
check '`changes rank --repo` names the change' out_has '^ 1. [0-9a-f]*  lb: shorter upstream timeouts'
check 'what a terminal would obey is not printed' not grep -q "$(printf '\033')" "$work/out"
rank --symptom 'upstream timeout' --at 2025-11-25T01:01:30Z --json
check 'what landed later is not looked at' out_has '"candidates":1,'
rank --symptom 'upstream timeout in up.conf' --at 2025-11-25T02:00:00Z
check 'who changes the files most is whom to ask' out_has 'who changes these folders: kim ('
printf '* @all\n/up.conf @lb lee@example.org\n! @none\n' >"$work/owners"
rank --symptom 'upstream timeout in up.conf' --at 2025-11-25T02:00:00Z --owners "$work/owners"
check 'unless owners are named' out_has '^     owners: @lb, lee@example.org$'
check 'a line of owners that cannot be read is named' err_has "$work/owners:3: left out: "
rank --symptom 'upstream timeout in up.conf' --at 2025-11-25T02:00:00Z --owners "$work/owners" --json
check 'for programs as well' out_has '"owners":\["@lb","lee@example.org"\],"owners_by":"codeowners"'
rank --symptom 'upstream timeout in up.conf' --at 2025-11-25T02:00:00Z --owners "$work/no-file"
check 'a file of owners that is not there is named' refused 'no-file'
in_repo checkout -q -b owned
mkdir "$repo/docs" "$repo/.github"
printf '* @docs\n' >"$repo/docs/CODEOWNERS"
ln -s ../docs/CODEOWNERS "$repo/.github/CODEOWNERS"
commit 'Owners'
rm "$repo/docs/CODEOWNERS"
run changes rank --repo "$repo" --index "$work/index-owned" --symptom 'upstream timeout in up.conf' --at 2025-11-25T04:00:00Z
check 'the owners are those of the revision, and a link is none' out_has '^     owners: @docs$'
in_repo checkout -q -f main
rank --symptom 'x' --at 1764032400 --feed "$work/diary"
check 'a feed and a repository at once are refused' refused 'one of --feed'

# ---- what a repository would have git do ----

printf '#!/bin/sh\ntouch "%s/ran"\n' "$work" >"$work/evil"
chmod +x "$work/evil"
for key in core.pager pager.log core.fsmonitor core.sshCommand diff.external diff.evil.command diff.evil.textconv \
    gpg.program core.editor core.alternateRefsCommand filter.evil.clean filter.evil.process core.askPass \
    credential.helper; do
    git -C "$repo" config "$key" "$work/evil"
done
in_repo config log.showSignature true
in_repo config diff.interHunkContext 50
in_repo config diff.context 50
in_repo config diff.noprefix true
in_repo config color.ui always
in_repo config log.showRoot false
in_repo config format.pretty oneline
in_repo config diff.submodule log
in_repo config diff.relative true
in_repo config diff.renames false
in_repo config diff.algorithm patience
in_repo config i18n.logOutputEncoding latin1
printf '*.z\n*\n' >"$work/order"
in_repo config diff.orderFile "$work/order"
in_repo config core.hooksPath "$work"
printf '* diff=evil filter=evil\n' >"$repo/.git/info/attributes"
cp "$index" "$work/plain"
rm -f "$index" "$work/ran"
index
check 'a repository that configures git is read' ended_with 0
check 'as the same' cmp -s "$index" "$work/plain"
check 'and has run nothing' not test -e "$work/ran"
mkdir "$repo/deep"
rm -f "$index"
run changes index --repo "$repo/deep" --index "$index"
check 'a folder inside of a repository is the repository' cmp -s "$index" "$work/plain"
if [ "$(id -u)" = 0 ]; then
    cp -r "$repo" "$work/others"
    chown -R 65534 "$work/others"
    run changes index --repo "$work/others" --index "$work/index-others"
    check 'a repository of another user is refused' refused 'belongs to another user'
fi

# ---- part of a repository ----

git clone -q --depth 3 "file://$repo" "$work/shallow" 2>/dev/null
run changes index --repo "$work/shallow" --index "$work/index-shallow"
check 'a shallow clone is read as far as it goes' out_has '^3 changes'
check 'and that is said' err_has 'the clone is shallow'
check 'its first commit is not taken for all files' grep -q '"position":0,.*"files":\[\]' "$work/index-shallow"
in_repo config uploadpack.allowFilter true
if git clone -q --no-checkout --filter=blob:none "file://$repo" "$work/partial" 2>/dev/null; then
    git -C "$work/partial" config remote.origin.uploadpack "$work/evil"
    run changes index --repo "$work/partial" --index "$work/index-partial"
    check 'a clone without contents gives messages and files' grep -q '"files":\[\["up.conf",0,0\]\]' "$work/index-partial"
    check 'and that is said' err_has 'only messages and files'
    check 'nothing is fetched' not test -e "$work/ran"
fi
finish
