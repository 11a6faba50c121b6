"""Users and user groups (RBAC).

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
"""

from moto.core.responses import ActionResult

from aws.elasticache.refusals import refuse, refuse_combination, refuse_value
from aws.elasticache.state import Region
from aws.elasticache.tags import put_tags

ENGINES = ("redis", "valkey")
# A user group of Redis OSS has a user of this name, who is who connects without saying who they are.
DEFAULT = "default"
# https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html (Passwords)
MOST_PASSWORDS = 2
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html (100 users in a user group)
MOST_USERS = 100
MINIMUM_VERSIONS = {"redis": "6.0", "valkey": "7.2"}


class UserActions:
    def users(self) -> dict[str, dict]:
        """Every account has a user `default` without a password, who may do everything."""
        state = self.state
        if DEFAULT not in state.users:
            state.users[DEFAULT] = self.user(DEFAULT, DEFAULT, "redis", "on ~* +@all", {"Type": "no-password"})
        return state.users

    def user(self, user_id: str, name: str, engine: str, access: str, authentication: dict) -> dict:
        return {
            "UserId": user_id,
            "UserName": name,
            "Status": "active",
            "Engine": engine,
            "MinimumEngineVersion": MINIMUM_VERSIONS[engine],
            "AccessString": access,
            "UserGroupIds": [],
            "Authentication": authentication,
            "ARN": self.place.arn("user", user_id),
        }

    def create_user(self) -> ActionResult:
        users, user_id, engine = self.users(), self.get("UserId").lower(), self.get("Engine").lower()
        check_engine(engine)
        if user_id in users:
            refuse("UserAlreadyExists", f"User {user_id} already exists.")
        authentication = self.requested_authentication()
        if authentication is None:
            refuse_value("No password was provided. To create a user without one, set NoPasswordRequired.")
        if authentication["Type"] == "iam" and user_id != self.get("UserName"):
            # https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
            refuse_combination("The user id and the user name of a user with IAM authentication must be the same")
        user = self.user(user_id, self.get("UserName"), engine, self.get("AccessString"), authentication)
        put_tags(self.place, user["ARN"], self.get("Tags", []))
        users[user_id] = user
        return ActionResult(user)

    def requested_authentication(self) -> dict | None:
        """None: nothing is said about it."""
        mode = self.get("AuthenticationMode", {})
        kind, passwords = mode.get("Type"), self.get("Passwords") or mode.get("Passwords") or []
        if self.get("NoPasswordRequired") or kind == "no-password-required":
            if passwords:
                refuse_combination("Passwords and NoPasswordRequired cannot be used together")
            return {"Type": "no-password"}
        if kind == "iam":
            return {"Type": "iam"}
        if len(passwords) > MOST_PASSWORDS or any(not 16 <= len(p) <= 128 for p in passwords):
            refuse_value(f"A user has at most {MOST_PASSWORDS} passwords, of 16 to 128 characters.")
        return {"Type": "password", "PasswordCount": len(passwords)} if passwords else None

    def modify_user(self) -> ActionResult:
        user = self.existing_user()
        authentication = self.requested_authentication()
        if self.get("AccessString") and self.get("AppendAccessString"):
            refuse_combination("AccessString and AppendAccessString cannot be used together")
        access = self.get("AccessString") or f"{user['AccessString']} {self.get('AppendAccessString', '')}".strip()
        engine = self.get("Engine", user["Engine"]).lower()
        check_engine(engine)
        user.update(AccessString=access, Engine=engine, **({"Authentication": authentication} if authentication else {}))
        return ActionResult(user)

    def existing_user(self) -> dict:
        users, user_id = self.users(), self.get("UserId").lower()
        if user_id not in users:
            refuse("UserNotFound", f"User {user_id} not found.")
        return users[user_id]

    def describe_users(self) -> ActionResult:
        rows = [self.existing_user()] if self.get("UserId") else list(self.users().values())
        return self.page([u for u in rows if self.get("Engine") in (None, u["Engine"])])

    def delete_user(self) -> ActionResult:
        """The user leaves all its groups, but for a user named default, whom its groups need.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteUser.html
        """
        user = self.existing_user()
        if user["UserId"] == DEFAULT:
            refuse_value("The user default cannot be deleted.")
        if user["UserName"] == DEFAULT and user["UserGroupIds"]:
            refuse("DefaultUserAssociatedToUserGroup", f"User {user['UserId']} is the default user of a user group.")
        for name in user["UserGroupIds"]:
            self.state.user_groups[name]["UserIds"].remove(user["UserId"])
        self.place.drop("users", user["UserId"])
        return ActionResult({**user, "Status": "deleting"})

    # -- user groups

    def create_user_group(self) -> ActionResult:
        name, engine = self.get("UserGroupId").lower(), self.get("Engine").lower()
        check_engine(engine)
        if name in self.state.user_groups:
            refuse("UserGroupAlreadyExists", f"User Group {name} already exists.")
        ids = [user_id.lower() for user_id in self.get("UserIds", [])]
        self.check_members(ids, engine)
        group = {
            "UserGroupId": name,
            "Status": "active",
            "Engine": engine,
            "UserIds": ids,
            "MinimumEngineVersion": MINIMUM_VERSIONS[engine],
            "ARN": self.place.arn("usergroup", name),
        }
        put_tags(self.place, group["ARN"], self.get("Tags", []))
        self.state.user_groups[name] = group
        self.note_memberships()
        return ActionResult(shown_user_group(self.state, group))

    def check_members(self, ids: list[str], engine: str):
        users = self.users()
        missing = [user_id for user_id in ids if user_id not in users]
        if missing:
            refuse("UserNotFound", f"User {', '.join(missing)} not found.")
        names = [users[user_id]["UserName"] for user_id in ids]
        if len(set(names)) < len(names):
            refuse("DuplicateUserName", "A user group cannot have two users of the same name.")
        if engine == "redis" and DEFAULT not in names:
            refuse("DefaultUserRequired", "A user group of Redis OSS must have a user whose name is default.")
        if engine == "valkey" and any(users[user_id]["Authentication"]["Type"] == "no-password" for user_id in ids):
            refuse_combination("A user group of Valkey can only have users with a password or IAM authentication.")
        if len(ids) > MOST_USERS:
            refuse_value(f"A user group can have at most {MOST_USERS} users.")

    def note_memberships(self):
        for user in self.users().values():
            user["UserGroupIds"] = sorted(n for n, g in self.state.user_groups.items() if user["UserId"] in g["UserIds"])

    def modify_user_group(self) -> ActionResult:
        group = self.named("user_groups", "UserGroupId", "UserGroupNotFound")
        gone = set(self.get("UserIdsToRemove", []))
        if gone - set(group["UserIds"]):
            refuse("UserNotFound", f"User {', '.join(sorted(gone - set(group['UserIds'])))} is not in the user group.")
        after = [*(user_id for user_id in group["UserIds"] if user_id not in gone), *self.get("UserIdsToAdd", [])]
        engine = self.get("Engine", group["Engine"]).lower()
        check_engine(engine)
        self.check_members(after, engine)
        group.update(UserIds=after, Engine=engine)
        self.note_memberships()
        return ActionResult(shown_user_group(self.state, group))

    def describe_user_groups(self) -> ActionResult:
        rows = self.selected("user_groups", "UserGroupId", "UserGroupNotFound")
        return self.page([shown_user_group(self.state, group) for group in rows])

    def delete_user_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteUserGroup.html: not while it is associated."""
        group = self.named("user_groups", "UserGroupId", "UserGroupNotFound")
        shown = shown_user_group(self.state, group)
        if shown["ReplicationGroups"]:
            refuse(
                "InvalidUserGroupState", f"User Group {group['UserGroupId']} is associated with {', '.join(shown['ReplicationGroups'])}."
            )
        self.place.drop("user_groups", group["UserGroupId"])
        self.note_memberships()
        return ActionResult({**shown, "Status": "deleting"})


def check_engine(engine: str):
    if engine not in ENGINES:
        refuse_value(f"Invalid Engine: {engine}. The options are {', '.join(ENGINES)}.")


def shown_user_group(state: Region, group: dict) -> dict:
    used_by = [name for name, cache in state.groups.items() if group["UserGroupId"] in cache["UserGroupIds"]]
    return {**group, "ReplicationGroups": used_by}
