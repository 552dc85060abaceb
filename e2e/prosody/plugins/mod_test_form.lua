-- Lets a host send any registration form and any answer, and logs what it receives.
-- These options are the XML that it sends:
--   test_form             to anybody who asks for the form
--   test_next_form        the same, as soon as a filled-in form was refused
--   test_refusal          to a visitor who has filled in a form
--   test_account_refusal  to a user who is logged in and asks for anything
-- A form that is not refused is answered by
--   test_result           without an account being made
-- The refusals and the result are not sent where the request has the values of the option
--   test_wants            a table of values by the names of their fields
-- A request that is answered by none of these is answered by Prosody, except for a form that
-- Prosody could not make an account of: that is accepted, unless the option says otherwise
--   test_accounts         true if each form is to make an account
local st = require "util.stanza";
local parse = require "util.xml".parse;
local base64 = require "util.encodings".base64.encode;

-- Removes namespaces that repeat the parent's, as all do that were parsed.
local function tidy(element, outer)
	local own = element.attr.xmlns;
	for _, child in ipairs(element.tags) do
		tidy(child, own);
	end
	if own == outer then
		element.attr.xmlns = nil;
	end
	return element;
end

-- Returns the payload of an answer, nil if there is no such option.
local function payload(option)
	local xml = module:get_option_string(option);
	return xml and tidy(assert(parse("<iq xmlns='jabber:client'>" .. xml .. "</iq>")), "jabber:client").tags;
end

local form, refusal, account_refusal = payload("test_form"), payload("test_refusal"), payload("test_account_refusal");
local next_form = payload("test_next_form");
local result = payload("test_result");
local wants = module:get_option("test_wants");
local accounts = module:get_option_boolean("test_accounts");

local function answer(event, children)
	local reply = st.reply(event.stanza);
	for _, child in ipairs(children) do
		reply:add_child(child);
		if child.name == "error" then
			reply.attr.type = "error";
		end
	end
	event.origin.send(reply);
	return true;
end

-- Returns the values by the names of their fields.
local function values(query)
	local data = query:get_child("x", "jabber:x:data");
	local found = {};
	for _, field in ipairs(data and data.tags or query.tags) do
		found[field.attr.var or field.name] = data and field:get_child_text("value") or not data and field:get_text();
	end
	return found;
end

local function lacks(given)
	for name, value in pairs(wants or {}) do
		if given[name] ~= value then
			return true;
		end
	end
	return not wants;
end

local function handle(children)
	return function (event)
		local query = event.stanza.tags[1];
		if event.stanza.attr.type == "get" then
			return form and answer(event, form);
		end
		module:log("info", "submitted %s", base64(tostring(query)));
		local given = values(query);
		if children and lacks(given) then
			form = next_form or form;
			return answer(event, children);
		end
		if result and lacks(given) then
			return answer(event, result);
		end
		if form and not accounts and not (given.username and given.password) then
			return answer(event, {});
		end
		if children == account_refusal and given.username and given.password then
			-- Prosody does not take data forms for changes.
			query:text_tag("username", given.username):text_tag("password", given.password);
		end
	end
end

module:hook("stanza/iq/jabber:iq:register:query", handle(refusal), 100);
module:hook("iq/self/jabber:iq:register:query", handle(account_refusal), 100);
module:hook("iq/host/jabber:iq:register:query", handle(account_refusal), 100);
