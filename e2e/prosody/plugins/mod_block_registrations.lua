-- Refuses user names, and says as little of it as the community's module of this
-- name.
local names = module:get_option_set("block_registrations_users", {});

module:hook("user-registering", function (event)
	if names:contains(event.username) then
		event.allowed = false;
	end
end, 10);
