"""Runs Eclipse Paho's interoperability suites against a running service. Opt-in: needs Python 3 and a checkout of
eclipse/paho.mqtt.testing. Every test runs in a process of its own, because the suite's tests do not clean up after one another.

  MQTT_BASE_TOPIC=our/own/nestmtx ADMIN_PASSWORD=secret123 npm start
  python3 scripts/paho-interoperability.py path/to/paho.mqtt.testing --password secret123

The base topic needs three levels: the suite subscribes to `+/+`, which would catch our retained availability.
"""

import argparse
import importlib
import os
import re
import subprocess
import sys
import unittest

SUITES = {"client_test": "3.1.1", "client_test5": "5"}
SECONDS_PER_TEST = 60


def main():
    parser = argparse.ArgumentParser(description="Paho's interoperability suites against a running service")
    parser.add_argument("checkout", help="folder of eclipse/paho.mqtt.testing")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--base", default="our/own/nestmtx", help="MQTT_BASE_TOPIC of the service")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = os.path.join(options.checkout, "interoperability")
    os.chdir(folder)
    sys.path.insert(0, folder)
    if options.only:
        sys.exit(0 if run_one(*options.only.split("."), options) else 1)
    for suite, version in SUITES.items():
        with open(suite + ".py", encoding="utf-8") as source:
            tests = re.findall(r"def (test_?\w+)", source.read())
        passed = [test for test in tests if run_apart(suite, test)]
        failed = [test for test in tests if test not in passed]
        print(f"MQTT {version}: {len(passed)} of {len(tests)} passed" + (f"; failed: {', '.join(failed)}" if failed else ""))


def run_apart(suite, test):
    command = [sys.executable, os.path.abspath(ORIGIN), *sys.argv[1:], "--only", f"{suite}.{test}"]
    try:
        return subprocess.run(command, cwd=STARTED_IN, capture_output=True, timeout=SECONDS_PER_TEST).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def run_one(name, test, options):
    sys.argv = sys.argv[:1]
    suite = importlib.import_module(name)
    prepare(suite, options)
    log_in(suite, options)
    cases = unittest.TestSuite([suite.Test(test)])
    return unittest.TextTestRunner(verbosity=2).run(cases).wasSuccessful()


def prepare(suite, options):
    """Fills in what the suite reads from its command line."""
    refused = (options.base + "/requests",)
    if suite.__name__ == "client_test":
        suite.topics = ("TopicA", "TopicA/B", "Topic/C", "TopicA/C", "/TopicA")
        suite.wildtopics = ("TopicA/+", "+/C", "#", "/#", "/+", "+/+", "TopicA/#")
    else:
        suite.topic_prefix = "client_test5/"
        original = suite.setData

        def set_data():
            original()
            suite.host, suite.port, suite.nosubscribe_topics = "127.0.0.1", options.port, refused

        suite.setData = set_data
        set_data()
    suite.host, suite.port, suite.nosubscribe_topics = "127.0.0.1", options.port, refused


def log_in(suite, options):
    """The suite's clients connect anonymously, and clear retained messages everywhere, also where only the service may publish."""
    client = suite.mqtt_client.Client
    connect, publish = client.connect, client.publish

    def connect_as_user(self, *positional, **named):
        named.setdefault("username", options.user)
        named.setdefault("password", options.password.encode())
        return connect(self, *positional, **named)

    def publish_elsewhere(self, topic, *positional, **named):
        if not topic.startswith(options.base + "/"):
            return publish(self, topic, *positional, **named)

    client.connect, client.publish = connect_as_user, publish_elsewhere


ORIGIN, STARTED_IN = os.path.abspath(__file__), os.getcwd()
if __name__ == "__main__":
    main()
