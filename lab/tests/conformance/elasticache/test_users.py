from tests.conformance.elasticache.given import API, GUIDE, call, group, subnet_group, user, user_group
from tests.conformance.harness import Row, conformance

RBAC = f"{GUIDE}/Clusters.RBAC.html"
create_group = "elasticache.create_user_group"


def group_of(*users: str, engine: str = "redis") -> dict:
    return {"UserGroupId": "people", "Engine": engine, "UserIds": list(users)}


def new_user(**changes) -> dict:
    return {"UserId": "app", "UserName": "app", "Engine": "redis", "AccessString": "on ~* +@all", **changes}


test_users = conformance(
    [
        Row(
            "every account has a user default",
            "elasticache.describe_users",
            RBAC,
            answers={"Users[].UserName": ["default"], "Users[0].Authentication.Type": "no-password"},
        ),
        Row("a user without a password", "elasticache.create_user", RBAC, new_user(), refused="InvalidParameterValue"),
        Row(
            "three passwords",
            "elasticache.create_user",
            f"{API}/API_CreateUser.html",
            new_user(Passwords=["a" * 16] * 3),
            refused="InvalidParameterValue",
        ),
        Row(
            "a password of 15 characters", "elasticache.create_user", RBAC, new_user(Passwords=["a" * 15]), refused="InvalidParameterValue"
        ),
        Row(
            "a user id with a space, which the model's pattern forbids",
            "elasticache.create_user",
            f"{API}/API_CreateUser.html",
            new_user(UserId="an app", NoPasswordRequired=True),
            refused="InvalidParameterValue",
        ),
        Row(
            "a user with IAM authentication whose name is not the id",
            "elasticache.create_user",
            f"{GUIDE}/auth-iam.html",
            new_user(UserName="other", AuthenticationMode={"Type": "iam"}),
            refused="InvalidParameterCombination",
        ),
        Row(
            "a user that exists",
            "elasticache.create_user",
            f"{API}/API_CreateUser.html",
            new_user(Passwords=["a" * 16]),
            given=[user("app")],
            refused="UserAlreadyExists",
        ),
        Row(
            "a user group of Redis OSS without a default user",
            create_group,
            RBAC,
            group_of("app"),
            given=[user("app")],
            refused="DefaultUserRequired",
        ),
        Row(
            "with a default user of one's own",
            create_group,
            RBAC,
            group_of("app", "nobody"),
            given=[user("app"), user("nobody", "default")],
            answers={"UserIds": ["app", "nobody"], "Status": "active"},
            then=[("elasticache.describe_users", {"UserId": "app"}, {"Users[0].UserGroupIds": ["people"]})],
        ),
        Row(
            "two default users",
            create_group,
            RBAC,
            group_of("default", "nobody"),
            given=[user("nobody", "default")],
            refused="DuplicateUserName",
        ),
        Row(
            "a user group of Valkey without a default user",
            create_group,
            RBAC,
            group_of("app", engine="valkey"),
            given=[user("app", engine="valkey")],
            answers={"Status": "active"},
        ),
        Row(
            "a user group of Valkey with a user without a password",
            create_group,
            RBAC,
            group_of("default", engine="valkey"),
            refused="InvalidParameterCombination",
        ),
        Row(
            "a user that does not exist",
            create_group,
            f"{API}/API_CreateUserGroup.html",
            group_of("default", "none"),
            refused="UserNotFound",
        ),
        Row(
            "a user group that a cache uses cannot be deleted",
            "elasticache.delete_user_group",
            f"{API}/API_DeleteUserGroup.html",
            {"UserGroupId": "people"},
            given=[subnet_group, user_group(), group(TransitEncryptionEnabled=True, UserGroupIds=["people"])],
            refused="InvalidUserGroupState",
        ),
        Row(
            "a deleted user leaves its groups",
            "elasticache.delete_user",
            f"{API}/API_DeleteUser.html",
            {"UserId": "app"},
            given=[user("app"), call(create_group, **group_of("default", "app"))],
            answers={"Status": "deleting"},
            then=[("elasticache.describe_user_groups", {}, {"UserGroups[0].UserIds": ["default"]})],
        ),
        Row(
            "the default user of a group cannot be deleted",
            "elasticache.delete_user",
            f"{API}/API_DeleteUser.html",
            {"UserId": "nobody"},
            given=[user("nobody", "default"), call(create_group, **group_of("nobody"))],
            refused="DefaultUserAssociatedToUserGroup",
        ),
    ]
)
