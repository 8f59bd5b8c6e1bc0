"""What well-known programs' command lines look like; facts from their manuals, never what a rule thinks of them."""

from __future__ import annotations

from functools import cache

from gatepost.model.records import NamedTuple

SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Programs whose first plain word is a subcommand.
SUBCOMMANDS = _words("""
    apt-get apt aptitude apk yum dnf microdnf tdnf zypper pacman rpm-ostree brew pip npm yarn pnpm bun gem bundle go
    cargo rustup git svn hg conda mamba micromamba composer docker podman buildah kubectl helm terraform aws gcloud az
    uv poetry pipenv pipx dotnet nuget apt-key apt-cache systemctl luarocks corepack openssl snap flatpak opam stack
    cabal mix rebar3 pecl pear
""")

# Flags that take a value as a word of its own; single letters are short flags.
_VALUE_FLAGS = """
apt-get apt aptitude: o t c a option target-release default-release config-file host-architecture
apk: p X t root repository virtual arch keys-dir repositories-file cache-dir cache-max-age wait timeout
yum dnf microdnf tdnf: c x d e R config exclude enablerepo disablerepo installroot releasever setopt forcearch repo
  repoid comment destdir downloaddir randomwait
zypper: R C D p t r root config cache-dir reposd-dir plus-repo releasever pkg-cache-dir from type repo
pip: r c e i f t d b w index-url extra-index-url find-links requirement constraint editable target root prefix
  cache-dir proxy retries timeout trusted-host cert client-cert log python-version platform implementation abi
  only-binary no-binary src upgrade-strategy progress-bar config-settings global-option install-option python
  exists-action use-feature use-deprecated report keyring-provider build
npm pnpm bun: C w prefix registry cache workspace userconfig omit include loglevel tag otp scope before dir filter
yarn: cwd registry cache-folder modules-folder network-timeout network-concurrency mutex otp
gem: v i n s P version install-dir bindir source platform trust-policy http-proxy build-root
bundle: j jobs path without with gemfile retry binstubs
go: C o p tags ldflags gcflags asmflags mod modfile overlay pkgdir toolexec installsuffix buildmode compiler
cargo: C Z F j p version vers git branch tag rev path root registry index features jobs target target-dir profile
  config color bin example manifest-path package
git: C c b o j u depth branch origin jobs reference config git-dir work-tree template separate-git-dir filter
conda mamba micromamba: n p c f r name prefix channel file root-prefix revision solver
uv: p r c e python index-url extra-index-url requirement constraint target prefix cache-dir directory
composer: d working-dir
curl: o d H u A e x X F b c E T K m r w y Y z C D Q P output data header user user-agent referer proxy request form
  cookie cookie-jar cert upload-file config max-time range write-out retry retry-delay retry-max-time
  connect-timeout cacert capath key data-binary data-raw data-urlencode url resolve limit-rate proto proto-redir
  tls-max ciphers interface max-redirs output-dir proxy-user
wget: O o a P i e t T U w Q B D l A R X I output-document output-file append-output directory-prefix input-file
  tries timeout user-agent wait quota header user password post-data post-file body-data method ca-certificate
  certificate private-key execute base limit-rate retry-on-http-error waitretry
tar: f C T X I g b H V file directory files-from exclude exclude-from use-compress-program strip-components
  transform owner group mode
useradd adduser: u g G d s c k K b e f p h r uid gid groups home-dir home shell comment skel gecos ingroup password
  base-dir
usermod: u g G d s c e f l p uid gid groups home shell comment login
groupadd addgroup: g K p gid
chown chgrp chmod: reference from
install: m o g t S mode owner group target-directory suffix
mkdir: m mode
ln cp mv: t S target-directory suffix
sed: e f l expression file
grep: e f m A B C regexp file max-count after-context before-context context
ssh: b c D E e F I i J L l m O o p Q R S W w
scp: c D F i J l o P S X
docker podman: H l c log-level config context host
docker-compose: f p
gpg: o u r keyserver recv-keys output homedir recipient local-user keyring
apt-key: keyring keyserver recv-keys
set: o
sh bash dash ash zsh ksh: o O rcfile init-file
su runuser: c s g G w command shell group supp-group
"""

# Programs that bundle short flags (-xzf); elsewhere -name is one flag.
BUNDLES = _words("""
    apt-get apt aptitude apk yum dnf microdnf tdnf zypper pip npm yarn gem git conda curl wget tar rm cp mv ln ls
    mkdir chmod chown chgrp useradd adduser usermod groupadd addgroup grep sed sort cut head tail cat ps unzip gzip
    gunzip set install sh bash dash ash zsh ksh rsync ssh scp pacman touch du df xargs make patch tee uniq wc gpg su
    unset export echo zip uv pnpm cargo bundle rpm dpkg apt-cache pkill kill
""")


@cache
def value_flags(program: str) -> frozenset[str]:
    """Return the flags of a program (without dashes) that take a value; empty when they are not known."""
    return _flags_by_program().get(program, frozenset())


@cache
def _flags_by_program() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for entry in _VALUE_FLAGS.replace("\n  ", " ").strip().splitlines():
        names, _, flags = entry.partition(": ")
        table.update(dict.fromkeys(names.split(), frozenset(flags.split())))
    return table


class Wrapper(NamedTuple):
    """A program that runs the command behind it: its flags with values, how many plain words stand before that."""

    value_flags: frozenset[str]
    words: int = 0
    assignments: bool = False
    refuses: frozenset[str] = frozenset()  # flags with which it runs nothing


def _wrapper(flags: str, words: int = 0, assignments: bool = False, refuses: str = "") -> Wrapper:
    return Wrapper(frozenset(flags.split()), words, assignments, frozenset(refuses.split()))


WRAPPERS: dict[str, Wrapper] = {
    "sudo": _wrapper("u g p h C T R D r t U user group prompt host chroot chdir role type", 0, True, "l v k K e V"),
    "doas": _wrapper("u C", 0, False, "L"),
    "exec": _wrapper("a"),
    "env": _wrapper("u C unset chdir", 0, True, "S split-string"),
    "command": _wrapper("", 0, False, "v V"),
    "builtin": _wrapper(""),
    "time": _wrapper("o f output format"),
    "nohup": _wrapper(""),
    "setsid": _wrapper(""),
    "nice": _wrapper("n adjustment"),
    "ionice": _wrapper("c n class classdata", 0, False, "p"),
    "timeout": _wrapper("s k signal kill-after", 1),
    "stdbuf": _wrapper("i o e input output error"),
    "eatmydata": _wrapper(""),
    "gosu": _wrapper("", 1),
    "su-exec": _wrapper("", 1),
    "tini": _wrapper("p e"),
    "dumb-init": _wrapper("r rewrite"),
    "xargs": _wrapper("I n P L d a E s max-args max-procs delimiter arg-file replace max-lines"),
}
