# shellcheck shell=bash
# completion.sh -- what does not depend on the rows of verbs.def and options.def, which define
# _oracle_verbs, _oracle_options, _oracle_valued, _oracle_value and _oracle_argument before it.

# Replies: those of the words that begin like the current one.
_oracle_words() {
  mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur")
}

_oracle_files() {
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  compopt -o filenames 2>/dev/null
}

# Names of modes, behind the last comma, and behind - which takes away.
_oracle_modes() {
  local head='' word=$cur
  case $word in *,*) head=${word%,*}, word=${word##*,} ;; esac
  case $word in -*) head=$head- word=${word#-} ;; esac
  mapfile -t COMPREPLY < <(compgen -P "$head" -W "$(oracle modes 2>/dev/null |
    awk '$2 == "default" || $2 == "manual" { print $1 }')" -- "$word")
  compopt -o nospace 2>/dev/null
}

_oracle_runs() {
  local top=$PWD
  while [ ! -d "$top/.oracle/runs" ] && [ -n "$top" ]; do top=${top%/*}; done
  _oracle_words latest "$(ls "$top/.oracle/runs" 2>/dev/null)"
}

# Case files and folders; behind # the cases of the file.
_oracle_cases() {
  local file word
  case $cur in
    *'#'*)
      mapfile -t COMPREPLY < <(compgen -P "${cur%%#*}#" -W "$(
        sed -n 's/^=== *\([^ ]*\).*/\1/p' "${cur%%#*}" 2>/dev/null)" -- "${cur#*#}")
      return ;;
  esac
  COMPREPLY=()
  while IFS= read -r file; do
    if [ -d "$file" ]; then COMPREPLY+=("$file/")
    else case $file in *.cases | *.lua) COMPREPLY+=("$file") ;; esac; fi
  done < <(compgen -f -- "$cur")
  for word in "${COMPREPLY[@]}"; do
    case $word in */) compopt -o nospace 2>/dev/null ;; esac
  done
}

# Does the option $2 of the verb $1 take an argument?
_oracle_takes() {
  case " $(_oracle_valued "$1") " in *" $2 "*) return 0 ;; esac
  return 1
}

# Where the current word stands among those that are no options, from 1.
_oracle_place() {
  local i
  place=1
  for ((i = 2; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -*) if _oracle_takes "$1" "${COMP_WORDS[i]}"; then i=$((i + 1)); fi ;;
      *) place=$((place + 1)) ;;
    esac
  done
}

_oracle() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev='' verb=${COMP_WORDS[1]} place
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _oracle_words "$(_oracle_verbs)"
    return
  fi
  prev=${COMP_WORDS[COMP_CWORD - 1]}
  case $cur$prev in                      # bash cuts --mode=x into three words
    =*) cur='' ;;
    *=) prev=${COMP_WORDS[COMP_CWORD - 2]} ;;
  esac
  if _oracle_takes "$verb" "$prev"; then
    _oracle_value "$prev"
    return
  fi
  case $cur in
    -*) _oracle_words "$(_oracle_options "$verb")" ;;
    *) _oracle_place "$verb"; _oracle_argument "$verb" ;;
  esac
}
complete -F _oracle oracle
