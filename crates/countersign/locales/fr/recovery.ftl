### Mots de passe et secours : oubliés, changés, nouveaux ; codes de secours ; sessions et activité récente.


## Un nouveau mot de passe

new-password-label = Nouveau mot de passe
new-password-rules = Au moins { $least } caractères. Plusieurs mots sans rapport entre eux sont solides et faciles à retenir.
unfit-breached = Ce mot de passe est connu à la suite d’une fuite d’un autre site. Choisissez-en un autre.
unfit-common = C’est l’un des mots de passe les plus courants, essayés en premier. Choisissez-en un autre.
unfit-known = Le mot de passe ne doit contenir ni votre identifiant ni le nom de ce site.
unfit-long = Un mot de passe a au plus 128 caractères.
unfit-short = Ce mot de passe est trop court : il faut au moins { $least } caractères. Ajoutez un mot.
unfit-unreadable = Le mot de passe contient quelque chose qui ne peut pas être saisi de nouveau, comme un saut de ligne.
unfit-weak = Ce mot de passe est facile à deviner. Mots courants, noms, dates et suites de touches sont essayés en premier : ajoutez un mot ou deux sans rapport.

## Un mot de passe oublié

forgot-title = Mot de passe oublié ?
forgot-lead = Indiquez le nom avec lequel vous vous connectez. Nous envoyons un lien à l’adresse e-mail que nous connaissons.
forgot-missing = Indiquez le nom avec lequel vous vous connectez.
forgot-submit = Envoyez-moi un lien
forgot-asked-title = Consultez vos e-mails
forgot-asked-lead = S’il existe un compte de ce nom, un message est en route vers son adresse e-mail.
forgot-asked-next = Son lien sert une fois, pendant 30 minutes. Seul le plus récent fonctionne.
forgot-asked-help = Rien après quelques minutes ? Regardez dans les indésirables, puis demandez à { $contact }. Pour votre sécurité, nous ne pouvons pas dire ici si un compte existe.
reset-title = Choisissez un nouveau mot de passe
reset-lead = Il remplace celui que vous utilisez pour { $site }.
reset-submit = Enregistrer le mot de passe
reset-ends = Vous serez déconnecté partout, puis vous vous connecterez avec le nouveau mot de passe. Si votre compte utilise des codes, il vous en sera demandé un.
reset-gone-title = Ce lien ne fonctionne pas
reset-gone-lead = Il a déjà servi, un plus récent a été envoyé, ou il a plus de 30 minutes. Il n’a rien changé à votre mot de passe.
reset-gone-again = Demander un nouveau lien

## Changer le mot de passe

password-change-title = Changer de mot de passe
password-change-lead = Vous restez connecté ici. Partout ailleurs, vous êtes déconnecté, et aucun navigateur n’est plus de confiance.
password-change-current = Mot de passe actuel
password-change-submit = Le changer
password-change-same = Le nouveau mot de passe est l’ancien. Choisissez-en un autre.
password-change-wrong = Ce n’est pas votre mot de passe actuel. Vérifiez-le et réessayez.
password-change-paused =
    { $minutes ->
        [one] Trop de mots de passe faux. Réessayez dans { $minutes } minute.
       *[other] Trop de mots de passe faux. Réessayez dans { $minutes } minutes.
    }

## Codes de secours

recovery-use = Utiliser un code de secours
recovery-title = Utiliser un code de secours
recovery-lead = Saisissez l’un des codes que vous avez notés. Il sert une fois, à la place du code que nous vous enverrions.
recovery-lead-email-rests = Votre mot de passe a été réinitialisé par e-mail il y a peu. Jusqu’au { $until }, nous n’envoyons aucun code à cette même adresse : saisissez l’un des codes de secours que vous avez notés.
recovery-lead-factor-disabled = Trop de codes faux ont été saisis, nous avons donc cessé d’en envoyer. L’un des codes de secours que vous avez notés vous ouvre l’accès et réactive les codes.
recovery-lead-no-destination = Nous n’avons nulle part où envoyer un code. Saisissez l’un des codes de secours que vous avez notés.
recovery-label = Code de secours
recovery-form = Cinq groupes de cinq lettres et chiffres. Majuscules, espaces et traits d’union sont sans importance.
recovery-fault-format = Ce n’est pas un code de secours : il a 25 lettres et chiffres. Vérifiez-le et réessayez.
recovery-fault-wrong = Ce code est faux ou a déjà servi. Essayez-en un autre de votre liste.
recovery-fault-paused =
    { $minutes ->
        [one] Trop de codes de secours faux. Réessayez dans { $minutes } minute.
       *[other] Trop de codes de secours faux. Réessayez dans { $minutes } minutes.
    }
recovery-other-way = Envoyez-moi plutôt un code
recovery-help = Pas de codes de secours ? Demandez à { $contact }.
recovery-codes-title = Codes de secours
recovery-codes-new-title = Vos nouveaux codes de secours
recovery-codes-lead = Un code de secours vous permet de vous connecter si votre téléphone est perdu. Vous en recevez dix ; chacun sert une fois. Gardez-les là où vous seul les trouvez, et pas dans le téléphone.
recovery-codes-left =
    { $left ->
        [0] Vous n’en avez aucun.
        [one] Il vous en reste { $left }.
       *[other] Il vous en reste { $left }.
    }
recovery-codes-made = Créés le
recovery-codes-make = Créer de nouveaux codes
recovery-codes-replace = Les codes que vous avez cessent de fonctionner dès que vous en créez de nouveaux.
recovery-codes-once = Ces codes ne sont montrés que cette fois. Imprimez cette page ou notez-les maintenant.
recovery-codes-for = { $site }, pour { $identifier } :
recovery-codes-keep = Chacun sert une fois, avec votre mot de passe. Personne ne vous les demandera jamais, ni par téléphone ni par e-mail.
account-secrets = Mot de passe et codes de secours
account-password = Mot de passe
account-password-set = Choisi le
account-password-change = Changer de mot de passe
account-password-elsewhere = Votre organisation le conserve ; changez-le chez elle.
account-recovery-codes = Créer ou remplacer les codes de secours
account-proven-recovery = Votre mot de passe et un code de secours

## Sessions et navigateurs de confiance

account-sessions = Où vous êtes connecté
account-this-session = Cette session
account-session-since = Connexion
account-session-end = Déconnecter
account-sessions-end-others = Déconnecter partout ailleurs
account-device-change = Renommer ou retirer la confiance
account-device-name = Nom
account-device-rename = Renommer
account-device-revoke = Retirer la confiance
account-notice-device-renamed = Le navigateur a son nouveau nom.
account-notice-password-changed = Votre mot de passe est changé. Vous êtes déconnecté partout ailleurs, et aucun navigateur n’est plus de confiance.
account-notice-session-ended = Cette session est terminée.
account-notice-sessions-ended = Vous êtes déconnecté partout ailleurs.

## Activité récente

activity-title = Activité récente
activity-lead = Ce qui est arrivé à votre compte, le plus récent d’abord.
activity-more = En voir plus
activity-not-you = Ce n’était pas vous ? Appuyez sur « Ce n’était pas moi » à côté ; ce que cela fait est montré avant que rien n’arrive.
activity-login = Vous vous êtes connecté
activity-challenged = Le mot de passe était juste, et il fallait un code
activity-login-failed = Un mot de passe était faux
activity-login-paused = Trop de mots de passe faux : la connexion a été suspendue
activity-login-refused = Le mot de passe était juste, et la connexion a été refusée
activity-wrong-code = Un code était faux
activity-codes-off = Trop de codes faux : les codes ont été désactivés
activity-recovery-code = Un code de secours a servi
activity-wrong-recovery-code = Un code de secours était faux
activity-recovery-codes-made = De nouveaux codes de secours ont été créés
activity-password-changed = Le mot de passe a été changé
activity-password-reset = Un nouveau mot de passe a été choisi par un lien reçu par e-mail
activity-password-reset-asked = Un nouveau mot de passe a été demandé par e-mail
activity-device-trusted = Un navigateur est devenu de confiance
activity-device-renamed = Un navigateur de confiance a changé de nom
activity-devices-revoked = La confiance a été retirée à des navigateurs
activity-device-copied = Une ancienne copie d’un navigateur de confiance est revenue et a été refusée
activity-session-ended = Une session a pris fin
activity-factor-reset = Un administrateur a réinitialisé le second facteur
activity-unlocked = Un administrateur a débloqué le compte
activity-disabled = Un administrateur a désactivé le compte
activity-not-me = « Ce n’était pas moi » a été signalé
activity-code-asked = Un code a été demandé : { $reasons }.
activity-code-none = Aucun code n’est demandé pour votre compte.
activity-code-nothing = Aucun code n’était nécessaire : rien d’inhabituel.
activity-reason-untrusted-device = le navigateur n’était pas de confiance
activity-reason-new-network = la connexion venait d’un autre réseau
activity-reason-factor-too-old = le dernier code était ancien
activity-reason-recent-failures = des mots de passe faux avaient précédé
activity-reason-changed-browser = c’était un autre navigateur

## Une connexion qui doit attendre

refused-email-rests-title = Veuillez patienter ou demander de l’aide
refused-email-rests-what = Votre mot de passe a été réinitialisé par un lien envoyé à votre adresse e-mail. Jusqu’au { $until }, nous n’envoyons aucun code à cette même adresse : qui la lit aurait tout.
refused-email-rests-next = Reconnectez-vous ensuite, ou contactez { $contact }, qui peut ajouter une autre façon de vous joindre.
