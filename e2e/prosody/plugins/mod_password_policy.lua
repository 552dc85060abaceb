-- Refuses weak passwords, with the text of the community's module of this name.
local st = require "util.stanza";

local length = (module:get_option("password_policy") or {}).length or 8;

local function problem(username, password)
	if #password < length then
		return ("Password is too short (minimum %d characters)"):format(length);
	elseif username and password:lower():find(username:lower(), 1, true) then
		return "Password must not include your username";
	end
end

local function check(event)
	local stanza = event.stanza;
	local query = stanza.tags[1];
	local data = query:get_child("x", "jabber:x:data");
	local function value(name)
		for field in (data or query):childtags() do
			if data and field.attr.var == name then
				return field:get_child_text("value");
			elseif not data and field.name == name then
				return field:get_text();
			end
		end
	end
	local password = value("password");
	local text = stanza.attr.type == "set" and password and problem(value("username"), password);
	if text then
		event.origin.send(st.error_reply(stanza, "cancel", "not-acceptable", text));
		return true;
	end
end

for _, event in ipairs { "stanza/iq", "iq/self", "iq/host" } do
	module:hook(event .. "/jabber:iq:register:query", check, 10);
end
