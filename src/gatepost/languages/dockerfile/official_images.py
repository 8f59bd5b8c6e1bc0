"""As whom the official images of Docker Hub start their programs; never what a Dockerfile makes of it.

An image that is not listed, be it one's own, tells nothing: `FROM base` may be an image that was built a moment ago.
Sources: the Dockerfiles and entry points of the official images, as of November 2026.
"""

from __future__ import annotations

from typing import Final

ROOT: Final = "root"
ROOT_AT_FIRST: Final = "root_at_first"
USER: Final = "user"

# No USER is written, and whatever is started is root. Web servers hand requests on to others, and stay root themselves.
_ROOT = """
almalinux alpine alt amazonlinux archlinux busybox centos clearlinux clefos debian fedora mageia opensuse
oraclelinux photon rockylinux sl ubuntu amazoncorretto bash buildpack-deps clojure composer dart docker
eclipse-temurin elixir erlang gcc golang gradle haskell haxe hylang ibm-semeru-runtimes ibmjava iojs java jruby
julia maven mono node openjdk perl php pypy python r-base rakudo-star ruby rust sapmachine swift swipl backdrop
caddy drupal friendica httpd joomla matomo mediawiki mongo-express monica nats nextcloud nginx phpmyadmin
postfixadmin registry rethinkdb ros tomcat tomee traefik unit wordpress xwiki yourls
"""
# The entry point changes what has to be changed as root and goes on as another user.
_ROOT_AT_FIRST = """
bonita cassandra chronograf consul couchdb crate eclipse-mosquitto flink ghost influxdb mariadb mongo mysql neo4j
postgres rabbitmq redis redmine storm telegraf valkey vault zookeeper
"""
# The last USER of the image itself is another one.
_USER = """
adminer elasticsearch emqx fluentd groovy haproxy jetty kibana kong liquibase logstash memcached odoo open-liberty
percona rocket.chat solr sonarqube spark varnish websphere-liberty
"""
_KNOWN = {
    **dict.fromkeys(_ROOT.split(), ROOT),
    **dict.fromkeys(_ROOT_AT_FIRST.split(), ROOT_AT_FIRST),
    **dict.fromkeys(_USER.split(), USER),
}
_OFFICIAL = "docker.io/library/"


def starts_as(name: str) -> str | None:
    """Return as whom an image starts its program, None for one of which that is not known.

    `name` is the image's with its registry ("docker.io/library/debian").
    """
    return _KNOWN.get(name.removeprefix(_OFFICIAL)) if name.startswith(_OFFICIAL) else None
