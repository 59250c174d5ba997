/** Who gave most, and how they appear. */
export const leaderboardsWords = {
  liveId: "The app's id of the live.",
  asOf: 'When the list was made.',
  places:
    'The first hundred places, the first one first. Who wants to be hidden is not among them, and takes no place.',
  'places.rank': 'From 1; who gave as much as another has the same.',
  'places.userId': 'Who it is; absent of those who want to stay anonymous.',
  'places.coins': 'Coins given, without those whose payment went back.',
  anonymous: 'Present on the places of those who want to stay anonymous.',
  own: 'What the user of the query has; absent when there was none.',
  'own.rank': 'The place, when it is among those of the list.',
  'own.coins': 'Coins given, without those whose payment went back.',
  visibility: '`public` shows the id in lists, `anonymous` the place without it, `hidden` neither.',
  'Visibility.updatedAt': 'When it was said.',
  generation: 'How often the board was made: each rebuilding makes the next one.',
  'RebuildLeaderboardRequest.from': 'The first day (UTC) whose entries are read: that of the live, or one before it.',
  'RebuildLeaderboardAnswer.state': '`running` while entries are left to count, or `finished`.',
  creatorIds: 'The creators who took part in the live.',
};
