-- Refuses user names without saying why, as the community's module of this name
-- does.
local names = module:get_option_set("block_registrations_users", {});

module:hook("user-registering", function (event)
	if names:contains(event.username) then
		event.allowed = false;
	end
end, 10);
