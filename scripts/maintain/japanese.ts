/** What the tables of README.ja.md say, by what those of README.md say. */
export const translations: Readonly<Record<string, string>> = {
  Region: "リージョン",
  "Node type": "ノードタイプ",
  Nodes: "ノード数",
  "Backups kept by default (days)": "バックアップの保持日数 (デフォルト)",
  "Fewest days accepted": "保持日数の下限",
  "Backup window (UTC)": "バックアップウィンドウ (UTC)",
  "Maintenance window (UTC)": "メンテナンスウィンドウ (UTC)",
  "Manual backups on a schedule": "手動バックアップの定期実行",
  "Restore tests on a schedule": "復元テストの定期実行",
  "A plan that destroys or replaces the data": "データを削除・置換するプラン",
  "Recovery window of the AUTH secret (days)": "AUTH シークレットの復旧期間 (日)",
  on: "有効",
  off: "無効",
  allowed: "許可",
  refused: "拒否",

  Variable: "変数",
  Type: "型",
  Default: "デフォルト",
  Output: "出力",
  "What it is": "説明",
  "**required**": "**必須**",
  "by environment": "環境による",

  "The email address that alarms are sent to. Its owner must confirm the subscription once.":
    "アラームの送信先メールアドレス。受信者によるサブスクリプションの確認が一度必要です。",
  "The private subnets of the cache, at least two, in different Availability Zones.":
    "キャッシュを置くプライベートサブネット。異なるアベイラビリティーゾーンに 2 つ以上。",
  'A CIDR block of the VPC, e.g. "10.0.0.0/16". The cache lets it in on its port when neither security groups nor CIDR blocks are named.':
    'VPC の CIDR ブロック。例: "10.0.0.0/16"。接続元のセキュリティグループも CIDR ブロックも指定しなければ、この範囲からの接続を許可します。',
  'The VPC of the cache, e.g. "vpc-0123456789abcdef0".': 'キャッシュを置く VPC。例: "vpc-0123456789abcdef0"。',
  "The only AWS account that may be touched (12 digits); credentials of another are refused. null: whichever the credentials are for.":
    "操作してよい唯一の AWS アカウント (12 桁)。ほかのアカウントの認証情報は拒否します。null なら認証情報のアカウントを使います。",
  "ARNs that alarms also act on, such as the SNS topic of a pager.":
    "アラームの追加の通知先 ARN。オンコール呼び出し用の SNS トピックなど。",
  "The IPv4 CIDR blocks that may connect to the cache. With these or security groups named, the rest of the VPC may not.":
    "接続を許可する IPv4 CIDR ブロック。これかセキュリティグループを指定すると、VPC のほかの部分からは接続できません。",
  "The security groups that may connect to the cache. With these or CIDR blocks named, the rest of the VPC may not.":
    "接続を許可するセキュリティグループ。これか CIDR ブロックを指定すると、VPC のほかの部分からは接続できません。",
  "Whether changes are made at once. With false, a node type or minor version waits for the maintenance window, each plan until then shows that node type again, and AWS refuses changes of log delivery.":
    "変更をすぐに適用するか。false ではノードタイプとマイナーバージョンがメンテナンスウィンドウまで待ち、前者はプランのたびに差分が出ます。ログ配信の変更は AWS に拒否されます。",
  "How long an automatic backup may run, in minutes (1-1440). The newest backup counts as too old after a day, the length of the backup window, and this.":
    "自動バックアップにかかってよい時間 (1〜1440 分)。最新のバックアップは、1 日 + バックアップウィンドウの長さ + この時間を過ぎると古すぎるとみなします。",
  "How many days automatic backups are kept.": "自動バックアップの保持日数。",
  "When the daily backup is taken: hh24:mi-hh24:mi in UTC, at least 60 minutes.":
    "毎日のバックアップの時間帯。UTC の hh24:mi-hh24:mi 形式で、60 分以上。",
  "Whether a last backup is taken when the cache is destroyed or replaced. It is read when the cache is destroyed: apply a change of it before.":
    "キャッシュの削除・置換時に最終スナップショットを取得するか。削除時の state の値が使われるので、変更は先に適用しておきます。",
  "Whether clients must present an AUTH token, which is generated and kept in Secrets Manager.":
    "クライアントに AUTH トークンを求めるか。トークンは自動生成し、Secrets Manager に保管します。",
  "Whether manual backups are taken on a schedule, and an alarm tells when one fails or is missing. On demand they can be taken anyway.":
    "手動バックアップを定期的に取得し、失敗や欠落をアラームで知らせるか。オンデマンドの取得はいつでもできます。",
  "Whether the newest backup is restored on a schedule into a throw-away cache, and an alarm tells when that fails, is missing, or misses a target. On demand it can be done anyway.":
    "最新のバックアップを使い捨てのキャッシュへ定期的に復元し、失敗・欠落・目標未達をアラームで知らせるか。オンデマンドの実行はいつでもできます。",
  "The engine: redis (Redis OSS) or valkey. A live cache goes from redis to valkey only, and only by an upgrade.":
    "エンジン。redis (Redis OSS) または valkey。稼働中に変えられるのは redis から valkey への向きだけで、アップグレードとして行います。",
  "The environment; this stack is dev's, and takes no other.":
    "環境名。このスタックは dev 用で、ほかの値は受け付けません。",
  "Above how many evicted keys in five minutes an alarm begins, per node (0-1000000000). A cache that is meant to evict needs a higher one.":
    "ノードごとに、5 分間の退避キー数がこれを超えるとアラームになります (0〜1000000000)。退避を前提とするキャッシュでは大きくします。",
  "ARN of the KMS key that encrypts the cache and its backups. null: the key that AWS owns. It must not be a key that is deleted together with the cache: backups are unreadable without it.":
    "キャッシュとバックアップを暗号化する KMS キーの ARN。null なら AWS 所有のキー。キーがなくなるとバックアップは読めなくなるので、キャッシュと一緒に削除されるキーは使わないでください。",
  "How many days CloudWatch keeps logs; one of the periods that CloudWatch Logs offers, e.g. 30, 90, 365.":
    "CloudWatch のログ保持日数。CloudWatch Logs で選べる期間 (30、90、365 など) のいずれか。",
  "Which logs are delivered to CloudWatch: slow-log (Redis OSS 6.0 and later) and engine-log (6.2 and later).":
    "CloudWatch へ配信するログ。slow-log (Redis OSS 6.0 以降) と engine-log (6.2 以降)。",
  "When AWS may maintain the cache, weekly: ddd:hh24:mi-ddd:hh24:mi in UTC, 60 minutes to 24 hours, apart from the backup window.":
    "毎週のメンテナンスウィンドウ。UTC の ddd:hh24:mi-ddd:hh24:mi 形式で 60 分〜24 時間。バックアップウィンドウとは重ねられません。",
  "How old the last manual backup may be before an alarm tells; longer than the schedule's period (1-80 days).":
    "最後の手動バックアップからこの日数を過ぎるとアラームになります (1〜80 日)。スケジュールの間隔より長くします。",
  "When manual backups are taken: cron(…) or rate(…) of EventBridge Scheduler, in UTC. A rate begins when it is deployed.":
    "手動バックアップのスケジュール。EventBridge Scheduler の cron(…) か rate(…)、UTC。rate はデプロイ時から数えます。",
  "How many manual backups are kept; older ones that the schedule made are deleted (1-100 backups).":
    "残す手動バックアップの数 (1〜100)。スケジュールが作成した古いものから削除します。",
  "What is evicted when memory is full (the parameter maxmemory-policy).":
    "メモリが足りないときに何を退避するか (パラメータ maxmemory-policy)。",
  "At how much used memory of a node an alarm begins, in percent of what data may use (1-100): a backup forks, and needs the rest.":
    "データ用メモリの使用率がこれを超えるとアラームになります (1〜100 %)。バックアップはプロセスを fork するため、残りのメモリが必要です。",
  'The node type, e.g. "cache.r7g.large".': 'ノードタイプ。例: "cache.r7g.large"。',
  "The number of nodes, the primary included (2-6). Backups are taken from a replica.":
    "プライマリを含むノード数 (2〜6)。バックアップはレプリカから取得します。",
  "The parameter group family. null: the one of the engine version.":
    "パラメータグループファミリー。null ならエンジンバージョンから決めます。",
  'The engine version as <major>.<minor>, e.g. "7.1". AWS applies patches by itself.':
    'エンジンバージョン。<メジャー>.<マイナー> の形で書きます。例: "7.1"。パッチは AWS が適用します。',
  "Above how much replication lag of a replica an alarm begins, in seconds (1-86400): backups are taken from a replica, and lack what it lacks.":
    "レプリケーションの遅延がこの秒数を超えるとアラームになります (1〜86400)。バックアップの取得元はレプリカなので、遅れた分はバックアップにも入りません。",
  "How much of a node's memory is kept free for backups and replication, in percent (the parameter reserved-memory-percent, 0-100).":
    "バックアップとレプリケーションのために空けておくメモリの割合 (パラメータ reserved-memory-percent、0〜100 %)。",
  "The backup (automatic.… too) that a new cache starts with. On a live cache it restores nothing, and a plan says so. null: start empty.":
    "新しいキャッシュの復元元のバックアップ (automatic.… も可)。稼働中のキャッシュには何も復元せず、プランがそう警告します。null なら空の状態から始めます。",
  "How old the last successful restore test may be before an alarm tells; longer than the schedule's period (1-80 days).":
    "最後に成功した復元テストからこの日数を過ぎるとアラームになります (1〜80 日)。スケジュールの間隔より長くします。",
  "When the newest backup is restored as a test: cron(…) or rate(…) of EventBridge Scheduler, in UTC. A rate begins when it is deployed.":
    "復元テストのスケジュール。EventBridge Scheduler の cron(…) か rate(…)、UTC。rate はデプロイ時から数えます。",
  "How old the backup that is restored may be (the recovery point objective) before an alarm tells; automatic backups are taken once a day (1-720 hours).":
    "目標復旧時点 (RPO)。復元したバックアップの古さがこの時間を超えるとアラームになります (1〜720 時間)。自動バックアップは 1 日 1 回です。",
  "How long a restore may take (the recovery time objective) before an alarm tells (1-1440 minutes).":
    "目標復旧時間 (RTO)。復元にかかった時間がこれを超えるとアラームになります (1〜1440 分)。",
  "Where your people read the runbook, e.g. the address of docs/runbook.md on your code host. Alarms name it, with the alarm's page behind a #. null: docs/runbook.md of this project.":
    "運用者がランブックを読む場所。コードホスト上の docs/runbook.md の URL など。アラームにはこの URL に # と該当ページを付けて載せます。null ならこのプロジェクトの docs/runbook.md。",
  "The Slack channel that alarms also go to, e.g. C0123456789; in a private one, invite the app with /invite @Amazon Q. null: no Slack.":
    "アラームを送る Slack チャンネル。例: C0123456789。プライベートチャンネルでは /invite @Amazon Q でアプリを招待します。null なら Slack を使いません。",
  "The Slack workspace that alarms also go to, e.g. T0123456789, once it is authorised in the console of Amazon Q Developer in chat applications. null: no Slack.":
    "アラームを送る Slack ワークスペース。例: T0123456789。先に Amazon Q Developer in chat applications のコンソールで承認しておきます。null なら Slack を使いません。",
  "Above how much swap of a node an alarm begins, in MiB (0-1000000). AWS advises to stay below 50.":
    "ノードのスワップ使用量がこの MiB を超えるとアラームになります (0〜1000000)。AWS は 50 未満を推奨しています。",

  "How many days automatic backups are kept": "自動バックアップの保持日数",
  "What the last backup is called when this cache is destroyed; empty when none is taken":
    "このキャッシュを削除するときの最終スナップショットの名前。取得しない場合は空",
  "Takes a manual backup now, waits for it, and prints its name or why it failed":
    "手動バックアップをいま取得し、完了を待って、その名前か失敗の理由を表示するコマンド",
  "ARN of the secret that clients read the AUTH token and the endpoints from; empty without AUTH":
    "クライアントが AUTH トークンとエンドポイントを読み取るシークレットの ARN。AUTH なしでは空",
  "Where to see the backups, the memory that they need, and the alarms":
    "バックアップ、それに必要なメモリ、アラームを一覧できるダッシュボード",
  "Host name of the primary, for reads and writes": "プライマリのホスト名。読み書き用",
  "SNS topic that ElastiCache publishes every event of the cache to":
    "ElastiCache がキャッシュのすべてのイベントを発行する SNS トピック",
  "SNS topic that people are told by; subscribe others to it":
    "人に通知する SNS トピック。ほかの通知先もここにサブスクライブします",
  "Port of both endpoints": "両エンドポイントのポート",
  "Host name that spreads reads over the replicas": "読み取りをレプリカに分散するホスト名",
  "Id of the replication group, for the aws CLI": "AWS CLI で使うレプリケーショングループの ID",
  "Security group of the cache": "キャッシュのセキュリティグループ",
  'Restores the newest backup as a test now, waits for it, and prints what it measured or why it failed. With the input {"snapshotName": "…", "keepGroup": true} in INPUT: a backup of your choice, and the restored cache stays':
    '最新のバックアップの復元テストをいま実行し、完了を待って、測定結果か失敗の理由を表示するコマンド。INPUT に {"snapshotName": "…", "keepGroup": true} を渡すと、指定したバックアップを復元し、そのキャッシュを残します',
};

/** @throws if nobody has translated it. */
export function japanese(text: string): string {
  const translated = translations[text];
  if (translated === undefined)
    throw new Error(
      `README.ja.md has no Japanese for ${JSON.stringify(text)}; write it into scripts/maintain/japanese.ts, and run npm run docs.`,
    );
  return translated;
}
