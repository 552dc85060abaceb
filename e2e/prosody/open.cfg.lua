-- The configuration that the image runs unless it is given another (compose.yaml):
-- open registration at localhost. The tests give it their own.
daemonize = false
pidfile = "/data/prosody.pid"
data_path = "/data"
admin_socket = "/data/prosody.sock"
log = { { levels = { min = "info" }, to = "console" } }
c2s_ports = { }
s2s_ports = { }
http_interfaces = { "0.0.0.0" }
http_ports = { 5280 }
https_ports = { }
modules_enabled = { "saslauth"; "disco"; "roster"; "ping"; "websocket"; "register"; "http" }
modules_disabled = { "s2s"; "tls" }
authentication = "internal_hashed"
consider_websocket_secure = true
c2s_require_encryption = false
http_default_host = "localhost"

VirtualHost "localhost"
  allow_registration = true
