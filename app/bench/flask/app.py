"""What the backend replaced: the same greeting by Flask. Its own server takes the port as the argument."""

import logging
import sys

from flask import Flask

logging.basicConfig(level=logging.INFO)
app = Flask(__name__)


@app.route("/")
def greet():
    return "Hello from ashapp-backend!\n"


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
