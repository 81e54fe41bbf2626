# Completion of steadyctl for bash. A test compares verbs and options with the program's tables.

_steadyctl_jobs()
{
	steadyctl --quiet list 2>/dev/null | while read -r number _; do echo "$number"; done
}

_steadyctl()
{
	local verbs="run submit wait show list log gate cancel check status knobs profile workloads
		fingerprint restore compare accept verify help"
	local everywhere="--json --local --socket --color --no-progress --quiet --verbose --version
		--help"
	local submit="--command --shell --profile --strict --runs --warmup --until --max-time
		--timeout --param --label --setup --prepare --conclude --cleanup --verify --order
		--outliers --seed --dry-run --again"
	local report="--output --format --run"
	local gate="--report --neutral --policy --margin --alpha --max-rounds --max-mde --base --cand
		--base-cmd --cand-cmd --base-rev --cand-rev --build --accept --force --reason --expires"
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local verb="" word options=$everywhere

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[ "$word" = -- ] && return
		[[ " ${verbs//[[:space:]]/ } " == *" $word "* ]] && verb=$word && break
	done

	case $previous in
	--order) COMPREPLY=($(compgen -W "blocks random batch pairs" -- "$current")); return ;;
	--outliers) COMPREPLY=($(compgen -W "evidence tukey mad none" -- "$current")); return ;;
	--policy) COMPREPLY=($(compgen -W "material strict noninferior" -- "$current")); return ;;
	--color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
	--format) COMPREPLY=($(compgen -W "text time json csv" -- "$current")); return ;;
	--profile) COMPREPLY=($(compgen -W "$(steadyctl --quiet profile list 2>/dev/null |
		while read -r name _; do echo "$name"; done)" -- "$current")); return ;;
	--socket | --output | -o) COMPREPLY=($(compgen -f -- "$current")); return ;;
	esac

	case $verb in
	run) options+=" $submit $report" ;;
	submit) options+=" $submit" ;;
	gate | compare | accept) options+=" $submit $report $gate" ;;
	wait | show) options+=" $report" ;;
	log) options+=" --follow" ;;
	restore) options+=" --script" ;;
	esac
	if [[ $current == -* ]]; then
		COMPREPLY=($(compgen -W "$options" -- "$current"))
		return
	fi

	case $verb in
	"") COMPREPLY=($(compgen -W "$verbs" -- "$current")) ;;
	run | submit | gate) COMPREPLY=($(compgen -f -- "$current") $(compgen -W "$(steadyctl workloads \
		2>/dev/null | while read -r name _; do echo "$name"; done)" -- "$current")) ;;
	check | compare | verify) COMPREPLY=($(compgen -f -- "$current")) ;;
	wait | show | log | cancel | accept) COMPREPLY=($(compgen -W "$(_steadyctl_jobs)" -- "$current")) ;;
	profile) COMPREPLY=($(compgen -W "list show check" -- "$current")) ;;
	help) COMPREPLY=($(compgen -W "$verbs workload profile host" -- "$current")) ;;
	esac
}

complete -F _steadyctl steadyctl
